/** The guided reset as window and command line follow it: one at a time. */
import type { Clock } from '../../native/ports';
import type { KeyRegistry } from '../client/key-registry';
import { ResetGuide } from '../client/reset-guide';
import type { ResetStatus } from './model';
import { problem, problemOf } from './problems';

export interface GuidedResetDependencies {
  readonly registry: KeyRegistry;
  readonly clock: Clock;
  /** The status has changed. */
  readonly onChange: () => void;
  /** The key is another now than the one that was asked who it is. */
  readonly onDone: (keyId: string) => void;
}

export class GuidedReset {
  readonly #dependencies: GuidedResetDependencies;
  #guide: ResetGuide | undefined;
  #status: ResetStatus | null = null;

  constructor(dependencies: GuidedResetDependencies) {
    this.#dependencies = dependencies;
  }

  get status(): ResetStatus | null {
    return this.#status;
  }

  /** Throws ProblemError when the key is gone. @param beforehand what is done when it can begin */
  start(keyId: string, keyName: string, beforehand: () => void): void {
    const { registry, clock, onChange, onDone } = this.#dependencies;
    const attached = registry.keys.find(({ id }) => id === keyId);
    if (!attached)
      throw problem('unplugged', 'The security key was unplugged. Plug it in again and start again.');
    this.#guide?.cancel();
    beforehand();
    const show = (guide: ResetGuide): void => {
      if (guide !== this.#guide) return;
      const { step, longTouch, error } = guide;
      this.#status = { keyId, keyName, step, longTouch, ...(error && { problem: problemOf(error) }) };
      onChange();
      if (step === 'done' && guide.reinserted) onDone(guide.reinserted.id);
    };
    this.#guide = ResetGuide.start(registry, attached, { clock }, show);
    show(this.#guide);
  }

  /** Disarms, or takes the last result away. */
  cancel(): void {
    const guide = this.#guide;
    this.#guide = undefined;
    guide?.cancel();
    this.#status = null;
    this.#dependencies.onChange();
  }
}
