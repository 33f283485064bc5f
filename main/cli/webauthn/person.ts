/** Whoever answers what a ceremony asks: somebody at the terminal, or a program that said everything beforehand. */
import type { CeremonyAct, CeremonyView } from '../../ceremony/dialog-view';

export interface Person {
  /** Why it came to nothing, as far as that is known: for the error at the end. */
  readonly reason: string | undefined;
  /**
   * What is done in this state; undefined where there is nothing to do but to wait. Rejects with CommandFailure where nobody can
   * answer, and with the signal's reason.
   * @param signal aborted when something else is shown
   */
  answer(view: CeremonyView, signal: AbortSignal): Promise<CeremonyAct | undefined>;
}
