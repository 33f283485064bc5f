/** State files that somebody edited or a disk damaged: read, or refused with StateError; what is read makes a key that works. */
import { configure, type ProfileName } from '../../../main/authenticator/configuration';
import { profileNames } from '../../../main/authenticator/key-recipe';
import { newKeyState } from '../../../main/authenticator/key-state';
import { withFingers, withPasskeys, withPin } from '../../../main/authenticator/provision';
import { ScriptedPresence } from '../../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../../main/authenticator/simulated-key';
import { parseState, serializeState, StateError } from '../../../main/authenticator/state';
import { ManualClock } from '../../support/manual-clock';
import { SeededRandom } from '../../support/seeded-random';
import { Choices } from '../choices';
import { expectThat, throwsOnly, type FuzzTarget } from '../target';

const files: readonly Uint8Array[] = profileNames().map(({ profile }) => {
  const random = new SeededRandom();
  let state = newKeyState(
    configure(profile as ProfileName, { capacity: 3, quirks: [{ name: 'status', status: 1 }] }),
    random,
  );
  state = withPasskeys(
    withPin(state, '123456'),
    [{ rpId: 'example.org', userName: 'ada', largeBlob: true }],
    random,
  );
  if (state.configuration.bioEnrollment !== 'none') state = withFingers(state, [{ friendlyName: 'thumb' }]);
  return serializeState(state);
});

/** Somebody's edit: a value somewhere in the file is another one, or a member more or less. */
function edited(choices: Choices): Uint8Array {
  const root = JSON.parse(Buffer.from(choices.pick(files)).toString()) as Record<string, unknown>;
  for (let edits = choices.below(3) + 1; edits > 0; edits--) {
    let at: Record<string, unknown> = root;
    for (;;) {
      const names = Object.keys(at);
      if (names.length === 0) break;
      const name = choices.pick(names);
      const inside = at[name];
      if (typeof inside === 'object' && inside !== null && choices.below(4) > 0)
        at = inside as Record<string, unknown>;
      else {
        if (choices.below(8) === 0) delete at[name];
        else at[name] = value(choices, inside);
        if (choices.below(8) === 0) at[choices.text()] = value(choices, 0);
        break;
      }
    }
  }
  return Uint8Array.from(Buffer.from(JSON.stringify(root)));
}

function value(choices: Choices, before: unknown): unknown {
  switch (choices.below(10)) {
    case 0:
      return Buffer.from(choices.bytes(40)).toString('base64url');
    case 1:
      return choices.text();
    case 2:
    case 3:
      return choices.integer();
    case 4:
      return choices.flag();
    case 5:
      return null;
    case 6:
      return [before, before];
    case 7:
      return typeof before === 'string' ? before.slice(0, choices.below(before.length + 1)) : {};
    case 8:
      return { name: 'status', status: 3 };
    default:
      return typeof before === 'number' ? -before : 0.5;
  }
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const content = choices.below(4) === 0 ? choices.rest() : edited(choices);
  let saved: Uint8Array | undefined;
  if (!throwsOnly(() => (saved = serializeState(parseState(content, 'fuzz.json'))), StateError)) return;
  const state = parseState(saved!, 'fuzz.json');
  expectThat(Buffer.compare(serializeState(state), saved!) === 0, 'what is saved is read as it was');
  const key = await SimulatedKey.open({
    clock: new ManualClock(),
    random: new SeededRandom(),
    presence: new ScriptedPresence(),
    state,
  });
  const { authenticator } = key;
  for (const request of [
    [4],
    [6, 0xa1, 2, 1],
    [6, 0xa2, 1, 2, 2, 2],
    [6, 0xa2, 1, 1, 2, 2],
    [0x0c, 0xa2, 1, 0x18, 100, 3, 0],
    [0x0a, 0xa1, 1, 1],
    [9, 0xa2, 1, 1, 2, 7],
    [2, ...site],
  ]) {
    const answer = await authenticator.handle(Uint8Array.from(request));
    expectThat(answer[0] !== 0x7f, `command ${request[0]} has a word for everything`);
  }
}

/** getAssertion at example.org: { 1: rpId, 2: 32 zeros }. */
const site = [0xa2, 1, 0x6b, ...Buffer.from('example.org'), 2, 0x58, 32, ...new Uint8Array(32)];

export const stateFile: FuzzTarget = {
  name: 'state-file',
  runs: 1500,
  seeds: () => [
    ...['null', '[]', '1', '{}', '""'].map((text) => Uint8Array.of(0, ...Buffer.from(text))),
    ...files.slice(0, 2).map((file) => Uint8Array.of(0, ...file)),
    ...files.map((_, index) =>
      Uint8Array.from({ length: 30 }, (_unused, at) =>
        at === 0 ? 1 : at === 1 ? index : (at * 67 + index * 5) % 256,
      ),
    ),
  ],
  run,
};
