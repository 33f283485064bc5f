/** `latchkey webauthn` while an app has the vault: the request goes to it over the control socket, and its dialogs ask. */
import { beforeEach, expect, it } from 'vitest';
import { CeremonyDesk } from '../../main/ceremony/ceremony-desk';
import type { Ceremony } from '../../main/ceremony/ceremony';
import { jsonCeremony } from '../../main/ceremony/json-ceremony';
import { noKeys } from '../../main/ceremony/key-source';
import { ThisDevice } from '../../main/ceremony/this-device';
import { ControlClient } from '../../main/control/control-client';
import { ControlError } from '../../main/control/control-error';
import { serveControl } from '../../main/control/control-server';
import type { OperationArguments } from '../../main/control/operations';
import { vaultService, type CeremonyService } from '../../main/control/vault-service';
import { CommandLineBench, deviceHome, type Outcome, type Sitting } from '../support/command-line';
import { PIN as KEY_PIN } from '../support/desk';
import { settled } from '../support/manual-clock';
import { MemoryControl } from '../support/memory-control';
import { memoryVault, PIN } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { creationJson, PAGE, registered, requestJson, signedInWith } from '../support/site';

const random = new SeededRandom('app');

/** As the app does it, with somebody before its window. */
class App {
  readonly made = memoryVault();
  readonly desk: CeremonyDesk;
  readonly asked: OperationArguments<'webauthn'>[] = [];
  /** Whose dialogs are open. */
  readonly open = new Set<Ceremony>();
  /** What they do at every change. */
  person: (ceremony: Ceremony) => void = () => undefined;
  connections = 0;
  readonly #socket = new MemoryControl();

  constructor() {
    const { vault, clock } = this.made;
    this.desk = new CeremonyDesk({
      clock,
      random,
      related: { includes: async () => false },
      keys: noKeys,
      device: new ThisDevice({ vault, clock, random, saves: () => true }),
    });
    this.desk.onOpen((ceremony) => {
      this.open.add(ceremony);
      ceremony.onChange(() => {
        if (ceremony.view.state.name === 'closed') this.open.delete(ceremony);
        this.person(ceremony);
      });
    });
  }

  async start(
    webauthn: CeremonyService = (request, signal = new AbortController().signal) => {
      this.asked.push(request);
      return jsonCeremony(this.desk, request, { caller: 'command line', signal });
    },
  ): Promise<void> {
    const { vault, folder, clock } = this.made;
    await vault.open();
    await vault.setUp({ pin: PIN });
    vault.lock();
    const service = vaultService({ vault, path: '/vault', saves: async () => true, webauthn });
    await serveControl({ folder, socket: this.#socket, service, clock, random, program: '1.2.3' });
  }

  /** The command line of the same user. */
  bench(): CommandLineBench {
    const { folder, clock } = this.made;
    const bench = new CommandLineBench();
    bench.device = deviceHome({
      vault: memoryVault({ folder }).vault,
      clock,
      random,
      connect: () => {
        this.connections++;
        return ControlClient.connect({ folder, socket: this.#socket, clock, random });
      },
    });
    return bench;
  }
}

/** Knows the PIN, and is content with everything else. */
function willing(ceremony: Ceremony): void {
  const { state } = ceremony.view;
  queueMicrotask(() => {
    if (ceremony.view.state !== state) return;
    if (state.name === 'choose-place') ceremony.act({ act: 'choose-place', place: 'device' });
    if (state.name === 'device-pin') ceremony.act({ act: 'enter-pin', pin: PIN });
    if (state.name === 'saved') ceremony.act({ act: 'done' });
    if (state.name === 'trouble') ceremony.act({ act: 'cancel' });
  });
}

let app: App;
let bench: CommandLineBench;
beforeEach(async () => {
  app = new App();
  bench = app.bench();
});

function webauthn(
  kind: 'create' | 'get',
  argv: readonly string[] = [],
  sitting: Sitting = {},
): Promise<Outcome> {
  const stdin = kind === 'create' ? creationJson() : requestJson();
  return bench.run(['webauthn', kind, '--origin', PAGE, ...argv], { stdin, ...sitting });
}

it('says that the window asks, asks nothing itself, and gives what the app answers', async () => {
  await app.start();
  app.person = willing;
  const made = await webauthn('create', [], { dialogue: [] });
  expect(made).toMatchObject({
    code: 0,
    err: 'Latchkey is running: its window asks. Ctrl-C cancels.\n',
  });
  expect(bench.questions).toEqual([]);
  const passkey = await registered(made.out);
  const used = await webauthn('get');
  expect(used.code).toBe(0);
  await signedInWith(passkey, used.out);
});

it('tells the app all that was said, and nothing more', async () => {
  await app.start();
  app.person = willing;
  await webauthn('get', ['--on', 'device', '--top-origin', 'https://news.example']);
  await webauthn('get', ['--key', 'This device']);
  const options = requestJson();
  expect(app.asked).toEqual([
    { kind: 'get', origin: PAGE, topOrigin: 'https://news.example', only: 'device', options },
    { kind: 'get', origin: PAGE, only: 'device', options },
  ]);
});

it('asks the app also for keys alone', async () => {
  await app.start(async () => ({ error: { name: 'NotAllowedError', message: 'No.' } }));
  expect(await webauthn('get', ['--on', 'key'])).toMatchObject({
    code: 24,
    err: 'Latchkey is running: its window asks. Ctrl-C cancels.\nNotAllowedError: No.\n',
  });
});

it.each([
  ['InvalidStateError', 23, 'InvalidStateError'],
  ['AbortError', 20, 'AbortError'],
  ['NameOfALaterVersion', 24, 'NotAllowedError'],
])('%s of the app ends with %d', async (name, code, shown) => {
  await app.start(async () => ({ error: { name: name, message: 'So it is.' } }));
  const outcome = await webauthn('get', ['--json']);
  expect(outcome).toMatchObject({ code, out: '' });
  expect(JSON.parse(outcome.err)).toEqual({ error: { code: shown, message: 'So it is.' } });
});

it('does not ask the app what nobody could answer, and says what is wrong with it', async () => {
  await app.start();
  const outcome = await webauthn('get', [], { stdin: '{"challenge":"+/="}' });
  expect(outcome).toMatchObject({
    code: 22,
    err: expect.stringContaining('EncodingError: challenge is not base64url') as string,
  });
  expect(app.asked).toEqual([]);
});

it('Ctrl-C closes the dialog: AbortError, 20', async () => {
  await app.start();
  const interruption = new AbortController();
  const running = webauthn('create', ['--on', 'device'], { signal: interruption.signal });
  await until(() => [...app.open].some(({ view }) => view.state.name === 'device-pin'));
  interruption.abort(new Error('Ctrl-C'));
  expect(await running).toMatchObject({
    code: 20,
    out: '',
    err: expect.stringMatching(/\nAbortError: Cancelled\.\n$/) as string,
  });
  await until(() => app.open.size === 0);
});

it('an app that is quit while it asks says so', async () => {
  await app.start();
  const running = webauthn('create', ['--on', 'device']);
  await until(() => [...app.open].some(({ view }) => view.state.name === 'device-pin'));
  app.desk.close();
  expect(await running).toMatchObject({
    code: 20,
    err: expect.stringContaining('AbortError: The operation was aborted.') as string,
  });
});

it('an app that is older says so, and what to do', async () => {
  await app.start(() => Promise.reject(new Error('never asked')));
  const home = bench.device!;
  bench.device = {
    ...home,
    connect: async () => {
      const owner = await home.connect();
      const older = (): Promise<never> => Promise.reject(new ControlError('older', 'webauthn'));
      return { close: () => owner.close(), service: { ...owner.service, webauthn: older } };
    },
  };
  const outcome = await webauthn('get', ['--json']);
  expect(outcome.code).toBe(8);
  expect(JSON.parse(outcome.err)).toMatchObject({
    error: {
      code: 'app-version',
      message: expect.stringContaining('is older than this program. Quit it, start the newer one') as string,
    },
  });
});

it('a key that is named, or simulated ones, are not the app’s: this command asks', async () => {
  await app.start();
  await bench.plug();
  const asked: Sitting = {
    dialogue: [
      ['PIN of', KEY_PIN],
      ['A name', ''],
    ],
  };
  const outcome = await webauthn('create', ['--key', 'Simulated security key'], asked);
  expect(outcome.code).toBe(0);
  await registered(outcome.out);
  await registered((await webauthn('create', ['--soft-key', 'demo'], asked)).out);
  expect(app.connections).toBe(0);
  // The device of that folder is the app's.
  const both = await webauthn('create', ['--soft-key', 'demo', '--data-folder', '/vault'], asked);
  expect(both).toMatchObject({
    code: 0,
    err: expect.stringContaining('only keys are looked at here.') as string,
  });
  expect(app.asked).toEqual([]);
});

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 50_000; turn++) {
    if (isSo()) return;
    await settled();
  }
  throw new Error(`it never came to that: ${bench.told}`);
}
