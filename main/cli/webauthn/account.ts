/** Which passkey `--account` means. */
import type { AccountChoice } from '../../ceremony/dialog-view';
import { fold } from '../../inventory/search-text';

/** By the whole user name, else by the whole display name; case and accents do not matter. Undefined unless exactly one has it. */
export function chosenAccount(accounts: readonly AccountChoice[], wanted: string): AccountChoice | undefined {
  const name = fold(wanted);
  for (const of of ['name', 'displayName'] as const) {
    const found = accounts.filter((account) => fold(account[of] ?? '') === name);
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}
