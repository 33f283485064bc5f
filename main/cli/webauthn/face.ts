/** The face of a ceremony in a terminal: what it shows is put to a {@link Person}, until it is closed. */
import type { Ceremony } from '../../ceremony/ceremony';
import type { CeremonyView } from '../../ceremony/dialog-view';
import type { Person } from './person';

/**
 * Resolves when the ceremony is closed. Rejects as the person does; the ceremony is closed then, too.
 * @param signal Ctrl-C, which aborts the ceremony; when that has answered, what is left to say is left unsaid.
 */
export async function face(
  ceremony: Pick<Ceremony, 'view' | 'onChange' | 'act' | 'abort'>,
  person: Person,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      const { view } = ceremony;
      if (view.state.name === 'closed') return;
      await shown(ceremony, view, person, signal);
      signal.throwIfAborted();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ceremony.abort();
  }
}

/** Resolves when something else is to be shown. */
async function shown(
  ceremony: Pick<Ceremony, 'view' | 'onChange' | 'act'>,
  view: CeremonyView,
  person: Person,
  signal: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  let isAnswered = false;
  const look = (): void => {
    // The same drawn anew is no reason to ask anew, unless it is asked for again.
    const isOther = isAnswered ? ceremony.view.state !== view.state : !looksAlike(ceremony.view, view);
    if (isOther) gone.abort(new Error('something else is shown'));
  };
  const stop = ceremony.onChange(look);
  const either = AbortSignal.any([gone.signal, signal]);
  const changed = new Promise<void>((resolve) => {
    if (either.aborted) resolve();
    else either.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    const act = await person.answer(view, either);
    if (act && !either.aborted) {
      isAnswered = true;
      ceremony.act(act);
      look();
    }
    await changed;
  } catch (error) {
    if (!either.aborted) throw error;
  } finally {
    stop();
  }
}

function looksAlike(a: CeremonyView, b: CeremonyView): boolean {
  return JSON.stringify([a.state, a.acts]) === JSON.stringify([b.state, b.acts]);
}
