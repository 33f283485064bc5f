/** Every state of a ceremony that there is, put to somebody at a terminal and to a program: nobody is left without words or a way on. */
import { describe, expect, it } from 'vitest';
import type { AccountChoice, CeremonyAct, CeremonyView } from '../../main/ceremony/dialog-view';
import { CommandFailure } from '../../main/cli/failure';
import { Output } from '../../main/cli/output';
import type { Terminal } from '../../main/cli/terminal';
import { chosenAccount } from '../../main/cli/webauthn/account';
import { AtTerminal } from '../../main/cli/webauthn/at-terminal';
import { ByProgram } from '../../main/cli/webauthn/by-program';
import { troubleWords } from '../../main/cli/webauthn/words';
import { drawnSamples, samples } from '../renderer/dialogs/samples';

/** Whoever types the same again and again; undefined ends the input. */
class Screen implements Terminal {
  readonly interactive = true;
  readonly dataIsSeen = false;
  readonly columns = undefined;
  readonly errorsAreSeen = true;
  text = '';
  readonly secrets: string[] = [];
  readonly #typed: (question: string, count: number) => string | undefined;
  #asked = 0;

  constructor(typed: (question: string, count: number) => string | undefined) {
    this.#typed = typed;
  }

  out(): void {
    throw new Error('nothing but the response is data');
  }

  outBytes(): void {
    this.out();
  }

  err(text: string): void {
    this.text += text;
  }

  async ask(question: string, kind: 'secret' | 'plain'): Promise<string | undefined> {
    if (++this.#asked > 20) throw new Error(`asked for ever: ${question}`);
    this.err(question);
    if (kind === 'secret') this.secrets.push(question);
    return this.#typed(question, this.#asked);
  }

  async readLine(): Promise<string | undefined> {
    return undefined;
  }

  async readAll(): Promise<string | undefined> {
    return undefined;
  }

  withPerson(): Terminal {
    return this;
  }
}

const never = new AbortController().signal;

function atTerminal(screen: Screen): AtTerminal {
  const output = new Output(screen, false);
  return new AtTerminal({ terminal: screen, output, enterTouches: false, account: undefined });
}

async function answered(
  view: CeremonyView,
  typed: (question: string, count: number) => string | undefined,
): Promise<{ readonly act: CeremonyAct | undefined; readonly screen: Screen; readonly person: AtTerminal }> {
  const screen = new Screen(typed);
  const person = atTerminal(screen);
  return { act: await person.answer(view, never), screen, person };
}

/** Where nothing is asked: a hand is wanted, or nothing. */
const waits: ReadonlySet<CeremonyView['state']['name']> = new Set([
  'preparing',
  'working',
  'insert-key',
  'touch-key',
  'key-finger',
  'device-biometrics',
]);
const all = samples.map((sample) => [sample.id, sample.view] as const);
const drawn = drawnSamples.map((sample) => [sample.id, sample.view] as const);
const inWindows = drawn.filter(([, { state }]) => state.name !== 'preparing');

describe('at a terminal', () => {
  it.each(inWindows)('%s: says who asks, in full, before anything else', async (_, view) => {
    const { screen } = await answered(view, () => undefined);
    const { origin, ascii } = view.site;
    expect(screen.text.startsWith(`${origin}${origin === ascii ? '' : ` (${ascii})`} asks `)).toBe(true);
    expect(screen.text).not.toMatch(/undefined|\[object|NaN/);
  });

  it.each(drawn)('%s: who ends the input cancels, or waits', async (_, view) => {
    const { act } = await answered(view, () => undefined);
    const { name } = view.state;
    const usual = name === 'saved' || timedOut(view) ? 'done' : 'cancel';
    expect(act?.act).toBe(waits.has(name) ? undefined : usual);
  });

  it.each(all)('%s: whichever number is typed, it is something that can be done', async (_, view) => {
    for (let number = 1; number <= 12; number++) {
      // Nothing at a secret shows the list of the other ways; a number that is not in the list is asked for again, and then nothing.
      const { act } = await answered(view, (question, count) =>
        /: $/.test(question) && /PIN|assphrase/.test(question) ? '' : count < 4 ? String(number) : undefined,
      );
      if (act) expect(view.acts).toContain(act.act);
      if (act?.act === 'choose-place' && 'places' in view.state)
        expect(
          view.state.places.find(({ id, obstacle }) => id === act.place && obstacle === undefined),
        ).toBeDefined();
    }
  });

  it('every trouble has words of its own', () => {
    const words = new Map(
      samples.flatMap(({ view }) =>
        view.state.name === 'trouble'
          ? [[JSON.stringify(view.state.trouble), troubleWords(view.state.trouble, view)] as const]
          : [],
      ),
    );
    // Why a vault does not open is told by `latchkey device status`.
    const told = [...words].filter(([trouble]) => !trouble.includes('device-unusable'));
    expect(new Set(told.map(([, each]) => each)).size).toBe(told.length);
    for (const each of words.values()) expect(each).toMatch(/^[A-Z“].*\.$/);
  });

  const secrets = {
    'key-pin': 1,
    'device-pin': 1,
    'device-passphrase': 1,
    'create-key-pin': 2,
    'change-key-pin': 3,
  } as const;
  const wanting = drawn.flatMap(([id, view]) => {
    const { name } = view.state;
    return name in secrets ? [[id, view, secrets[name as keyof typeof secrets]] as const] : [];
  });

  it.each(wanting)('%s: asks for it without echo, and for a new one twice', async (_, view, count) => {
    const { act, screen } = await answered(view, () => 'a secret of theirs');
    expect(screen.secrets).toHaveLength(count);
    expect(JSON.stringify(act)).toContain('a secret of theirs');
    expect(screen.text).not.toContain('a secret of theirs');
  });
});

describe('a program', () => {
  const byProgram = (lines: string[] = []): ByProgram =>
    new ByProgram({
      terminal: { readLine: async () => lines.shift() },
      output: { note: () => undefined },
      inputIsUsed: false,
      only: undefined,
      account: undefined,
    });

  it.each(drawn)('%s: is answered, waits for a hand, or ends with what is missing', async (_, view) => {
    const { name } = view.state;
    try {
      const act = await byProgram().answer(view, never);
      if (act) expect(view.acts).toContain(act.act);
      else expect(waits.has(name) || isBeingLookedAt(view)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(CommandFailure);
      expect((error as CommandFailure).message).toMatch(/[a-z].*\./);
      expect(['saved', 'trouble', 'touch-key', 'working', 'preparing']).not.toContain(name);
    }
  });

  it('gives no second PIN when the first was wrong, whoever wanted it', async () => {
    const wrong = drawn.filter(
      ([, { state }]) =>
        (state.name === 'key-pin' && state.retries !== undefined) ||
        (state.name === 'device-pin' && state.problem === 'wrong') ||
        (state.name === 'device-passphrase' && state.wrong),
    );
    expect(wrong.length).toBeGreaterThan(3);
    for (const [, view] of wrong) {
      const lines = ['the next line'];
      await expect(byProgram(lines).answer(view, never)).rejects.toBeInstanceOf(CommandFailure);
      expect(lines).toHaveLength(1);
    }
  });
});

describe('--account', () => {
  const place = { is: 'device' } as const;
  const accounts: readonly AccountChoice[] = [
    { id: '1', place, name: 'ada@example.org', displayName: 'Ada' },
    { id: '2', place, name: 'bob', displayName: 'Ada' },
    { id: '3', place, name: 'Ada', displayName: 'bob' },
    { id: '4', place, name: 'twin', displayName: 'One' },
    { id: '5', place, name: 'TWIN', displayName: 'Other' },
    { id: '6', place },
  ];

  it.each([
    ['ADA@example.org', '1'],
    ['bob', '2'],
    // The user name comes first.
    ['ada', '3'],
    ['óther', '5'],
    ['twin', undefined],
    ['example', undefined],
    ['carol', undefined],
  ])('%s: %s', (wanted, id) => {
    expect(chosenAccount(accounts, wanted)?.id).toBe(id);
  });
});

function timedOut({ state }: CeremonyView): boolean {
  return state.name === 'trouble' && state.trouble.is === 'timed-out';
}

function isBeingLookedAt({ state }: CeremonyView): boolean {
  return 'places' in state && state.places.some((place) => place.is === 'key' && place.opening);
}
