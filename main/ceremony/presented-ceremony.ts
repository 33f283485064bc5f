/** A ceremony as a window presents it: one that a page opened takes nothing when it has only just appeared (deaf-time.ts). */
import type { Ceremony } from './ceremony';
import type { CeremonyAct, CeremonyView } from './dialog-view';
import type { DeafTime } from './deaf-time';

export class PresentedCeremony {
  readonly #ceremony: Ceremony;
  readonly #deafTime: DeafTime | undefined;

  /** @param changed called after every change of the view */
  constructor(ceremony: Ceremony, changed: () => void) {
    this.#ceremony = ceremony;
    this.#deafTime = ceremony.deafTime(() => changed());
    ceremony.onChange(() => {
      if (this.isOver) this.#deafTime?.stop();
      changed();
    });
  }

  get view(): CeremonyView {
    const { view } = this.#ceremony;
    return this.#isDeaf ? { ...view, deaf: true } : view;
  }

  get isOver(): boolean {
    return this.#ceremony.view.state.name === 'closed';
  }

  /** The window is on the screen. */
  shown(): void {
    this.#deafTime?.shown();
  }

  /** The window has something in it to be seen. */
  drawn(): void {
    this.#deafTime?.drawn();
  }

  /** False for what cannot be done now; then nothing has happened. */
  act(act: CeremonyAct): boolean {
    return !this.#isDeaf && this.#ceremony.act(act);
  }

  /** The window is gone. */
  abort(): void {
    this.#ceremony.abort();
  }

  get #isDeaf(): boolean {
    return !this.isOver && this.#deafTime?.isDeaf === true;
  }
}
