/** What a person does in a sample. */
import type { CeremonyAct } from '../../../main/ceremony/dialog-view';

export type Done = CeremonyAct | { readonly act: 'show-latchkey' };

/** `choose-place: key-1`. */
export function describeDone({ act, ...said }: Done): string {
  const values = Object.values(said);
  return values.length === 0 ? act : `${act}: ${values.join(', ')}`;
}
