/** `latchkey webauthn create` and `get`, without an app: at a terminal, and by a program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ControlError } from '../../main/control/control-error';
import { CommandLineBench, deviceHome, type Outcome, type Sitting } from '../support/command-line';
import { PIN } from '../support/desk';
import { settled } from '../support/manual-clock';
import { memoryVault, PIN as DEVICE_PIN, type MemoryVault } from '../support/memory-vault';
import { ownNamesIn } from '../support/own-names';
import { SeededRandom } from '../support/seeded-random';
import {
  clientDataOf,
  creationJson,
  PAGE,
  registered,
  requestJson,
  signedInWith,
  SITE,
  type Registered,
} from '../support/site';

const PASSPHRASE = 'correct horse battery staple';
const folder = mkdtempSync(join(tmpdir(), 'latchkey-webauthn-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bench: CommandLineBench;
beforeEach(() => {
  bench = new CommandLineBench();
});

let files = 0;
function file(content: string): string {
  const path = join(folder, `options-${++files}.json`);
  writeFileSync(path, content);
  return path;
}

type Kind = 'create' | 'get';
type Dialogue = NonNullable<Sitting['dialogue']>;

/** base64url. */
const handleOf = (name: string): string => Buffer.from(name).toString('base64url');

const usual = { create: creationJson, get: requestJson };

/** A program: the options in a file, lines for what is asked. Simulated keys are asked for, unless `argv` says otherwise. */
function byProgram(
  kind: Kind,
  input: readonly string[] = [],
  argv: readonly string[] = ['--soft-key', 'demo'],
  options = usual[kind](),
): Promise<Outcome> {
  return bench.run(['webauthn', kind, '--origin', PAGE, '--options', file(options), ...argv], { input });
}

/** Somebody at a terminal, and the options on standard input. */
function atTerminal(
  kind: Kind,
  dialogue: Dialogue,
  argv: readonly string[] = ['--soft-key', 'demo'],
  options = usual[kind](),
): Promise<Outcome> {
  return bench.run(['webauthn', kind, '--origin', PAGE, ...argv], { stdin: options, dialogue });
}

/** A vault that is set up and locked; every command opens it anew. */
async function withDevice(passphrase?: string): Promise<MemoryVault> {
  const made = memoryVault();
  await made.vault.open();
  await made.vault.setUp({ pin: DEVICE_PIN, ...(passphrase !== undefined && { passphrase }) });
  await made.vault.close();
  use(made);
  return made;
}

function use({ vault, clock }: MemoryVault): void {
  bench.device = deviceHome({ vault, clock, random: new SeededRandom('device'), connect: notRunning });
}

const notRunning = (): Promise<never> => Promise.reject(new ControlError('not-running'));

async function made(outcome: Promise<Outcome>): Promise<Registered> {
  const { code, out, err } = await outcome;
  if (code !== 0) throw new Error(`it ended with ${code}: ${err}`);
  return registered(out);
}

const key = (name: string, recipe: Parameters<CommandLineBench['plug']>[0] = {}) =>
  bench.plug({ ...recipe, changes: { productName: `Simulated ${name}`, serial: name, ...recipe?.changes } });

describe('by a program', () => {
  it('makes and uses a passkey of a key: the response alone on standard output, and a site takes it', async () => {
    await bench.plug();
    const registration = await byProgram('create', [PIN]);
    expect(registration.code).toBe(0);
    expect(registration.out).toMatch(/^\{.*\}\n$/);
    const passkey = await registered(registration.out);
    expect(passkey.userVerified).toBe(true);

    const signIn = await byProgram('get', [PIN]);
    expect(signIn.code).toBe(0);
    await signedInWith(passkey, signIn.out);
    expect(signIn.err).toBe(
      `${PAGE} asks you to sign in with a passkey. Its passkeys are those of ${SITE}.\n` +
        'Touch “Simulated security key” …\n',
    );
  });

  it('makes and uses a passkey of this device', async () => {
    await withDevice();
    const passkey = await made(byProgram('create', [DEVICE_PIN], ['--on', 'device']));
    const { out } = await byProgram('get', [DEVICE_PIN], ['--on', 'device']);
    await signedInWith(passkey, out);
    // One match is one step, wherever it is.
    await signedInWith(passkey, (await byProgram('get', [DEVICE_PIN], [])).out);
  });

  it('gives the passphrase in front of the PIN', async () => {
    await withDevice(PASSPHRASE);
    const passkey = await made(byProgram('create', [PASSPHRASE, DEVICE_PIN], ['--on', 'device']));
    await bench.device?.vault.close();
    await signedInWith(passkey, (await byProgram('get', [PASSPHRASE, DEVICE_PIN], ['--on', 'device'])).out);
  });

  it('prints the same with --json', async () => {
    await bench.plug();
    await registered((await byProgram('create', [PIN], ['--soft-key', 'demo', '--json'])).out);
  });

  it('takes what a page gives to the browser, with publicKey around it, and the mark of Windows before it', async () => {
    await bench.plug();
    const wrapped = `\uFEFF{"mediation":"optional","publicKey":${creationJson()}}`;
    await made(byProgram('create', [PIN], ['--soft-key', 'demo'], wrapped));
  });

  it('writes origin and top origin into the client data, as a browser does', async () => {
    await bench.plug();
    const top = ['--top-origin', 'https://news.example'];
    const { out } = await byProgram('create', [PIN], ['--soft-key', 'demo', ...top]);
    expect(clientDataOf(out)).toEqual({
      type: 'webauthn.create',
      challenge: 'Y2hhbGxlbmdl',
      origin: PAGE,
      crossOrigin: true,
      topOrigin: 'https://news.example',
    });
    const same = await byProgram('create', [PIN], ['--soft-key', 'demo', '--top-origin', PAGE]);
    expect(clientDataOf(same.out)).not.toHaveProperty('topOrigin');
  });

  it('says where with --on, and is told so when it does not', async () => {
    await withDevice();
    const { simulated } = await key('key');
    await made(byProgram('create', [PIN], ['--key', 'Simulated key', '--on', 'key']));
    expect(simulated.snapshot().credentials).toHaveLength(1);
    expect(await byProgram('create', [DEVICE_PIN], [])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('give --on device or --on key') as string,
    });
  });

  it('says who with --account, and is told so when it does not', async () => {
    await bench.plug();
    const passkeys = new Map<string, Registered>();
    for (const name of ['ada', 'bob'])
      passkeys.set(
        name,
        await made(
          byProgram(
            'create',
            [PIN],
            ['--soft-key', 'demo'],
            creationJson({ user: { id: handleOf(name), name, displayName: `The ${name}` } }),
          ),
        ),
      );
    const unsaid = await byProgram('get', [PIN], ['--soft-key', 'demo', '--json']);
    expect(unsaid).toMatchObject({ code: 2, out: '' });
    expect(JSON.parse(unsaid.err)).toMatchObject({ error: { code: 'account-needed' } });
    expect(unsaid.err).toContain('ada (The ada), on “Simulated security key”');
    for (const [account, passkey] of [
      ['BOB', 'bob'],
      ['the ada', 'ada'],
    ] as const) {
      const { out } = await byProgram('get', [PIN], ['--soft-key', 'demo', '--account', account]);
      await signedInWith(passkeys.get(passkey)!, out);
    }
    const stranger = await byProgram('get', [PIN], ['--soft-key', 'demo', '--account', 'carol']);
    expect(stranger).toMatchObject({ code: 2, out: '' });
  });

  it('has no PIN tried again after a wrong one', async () => {
    const { simulated } = await bench.plug();
    const { code, err } = await byProgram('create', ['000000', PIN], ['--soft-key', 'demo', '--json']);
    expect(code).toBe(4);
    expect(JSON.parse(err)).toEqual({
      error: {
        code: 'pin-invalid',
        message: 'That PIN is wrong. Check it and try again.',
        key: 'Simulated security key',
        retriesLeft: 7,
      },
    });
    expect(simulated.snapshot().pin.retries).toBe(7);
  });

  it('is told that this device waits after wrong PINs, without a try', async () => {
    const { vault } = await withDevice();
    const run = (): Promise<Outcome> => byProgram('create', ['111111'], ['--on', 'device', '--json']);
    let outcome = await run();
    expect(JSON.parse(outcome.err)).toMatchObject({ error: { code: 'pin-wrong', retriesLeft: 9 } });
    for (let tries = 0; tries < 9 && !outcome.err.includes('pin-delayed'); tries++) outcome = await run();
    expect(outcome.code).toBe(4);
    const { error } = JSON.parse(outcome.err) as {
      readonly error: { readonly retriesLeft: number; readonly waitMilliseconds: number };
    };
    expect(error.waitMilliseconds).toBeGreaterThan(0);
    await vault.open();
    expect(vault.situation).toMatchObject({ is: 'open', tries: { left: error.retriesLeft } });
  });

  it.each([
    ['no line at all', [], [], 'pin-needed', 'as a line of standard input'],
    ['an empty line', [''], [], 'pin-needed', 'as a line of standard input'],
  ] as const)('is told what is missing: %s', async (_, input, argv, code, words) => {
    await bench.plug();
    const outcome = await byProgram('create', input, ['--soft-key', 'demo', '--json', ...argv]);
    expect(outcome).toMatchObject({ code: 4, out: '' });
    expect(outcome.err).toContain(words);
    expect(JSON.parse(outcome.err)).toMatchObject({ error: { code } });
  });

  it('that gave the options on standard input is told of --options when a PIN is wanted', async () => {
    await bench.plug();
    const outcome = await bench.run(['--soft-key', 'demo', 'webauthn', 'create', '--origin', PAGE], {
      stdin: creationJson(),
    });
    expect(outcome).toMatchObject({ code: 4, out: '' });
    expect(outcome.err).toContain('Give the options with --options FILE');
  });

  it('needs no terminal and no line where a touch is enough', async () => {
    await bench.plug({ pin: null });
    const options = creationJson({ authenticatorSelection: { userVerification: 'discouraged' } });
    const outcome = await bench.run(['--soft-key', 'demo', 'webauthn', 'create', '--origin', PAGE], {
      stdin: options,
    });
    expect(outcome.code).toBe(0);
  });

  it('gives no PIN to a key that has none, and changes none', async () => {
    await bench.plug({ pin: null });
    expect(await byProgram('create', [PIN])).toMatchObject({
      code: 4,
      err: expect.stringContaining('`latchkey pin set`') as string,
    });
    bench = new CommandLineBench();
    const { simulated } = await bench.plug({ profile: '2.3', forceChange: true });
    expect(await byProgram('create', [PIN, '654321'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('`latchkey pin change`') as string,
    });
    expect(simulated.snapshot().pin.retries).toBe(8);
  });

  it('does not wait for a key that nobody plugs in', async () => {
    const { code, err } = await byProgram('create', [PIN], ['--on', 'key', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'no-key' } });
  });

  it('says of a place that cannot take it why', async () => {
    await bench.plug({
      changes: { capacity: 1 },
      passkeys: [{ rpId: 'other.example', userName: 'a' }],
    });
    const { code, err } = await byProgram('create', [PIN]);
    expect(code).toBe(24);
    expect(err).toMatch(/NotAllowedError: .*“Simulated security key”.*(full|room)/);
  });
});

describe('which keys serve', () => {
  it('a simulated key of another program does not, unless it is named', async () => {
    await key('outsider');
    const unnamed = await byProgram('create', [PIN], ['--on', 'key']);
    expect(unnamed.code).toBe(3);
    expect(unnamed.err).toContain(
      'Simulated outsider is a simulated key: it serves sites only when --key names it.',
    );
    await made(byProgram('create', [PIN], ['--key', 'outsider']));
  });

  it('only the one that --key names', async () => {
    const one = await key('one');
    const two = await key('two');
    await made(byProgram('create', [PIN], ['--key', 'Simulated two']));
    const kept = [one, two].map(({ simulated }) => simulated.snapshot().credentials.length);
    expect(kept).toEqual([0, 1]);
    expect(await byProgram('create', [PIN], ['--key', 'three'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('No security key that is plugged in is called “three”') as string,
    });
  });

  it('with simulated keys and no data folder, this device is left alone and no app is asked', async () => {
    let asked = 0;
    const { vault, clock } = memoryVault();
    bench.device = deviceHome({
      vault,
      clock,
      random: new SeededRandom(),
      exists: () => (asked++, true),
      connect: () => (asked++, notRunning()),
    });
    await bench.plug();
    await made(byProgram('create', [PIN]));
    expect(asked).toBe(0);
    expect(vault.situation).toEqual({ is: 'closed' });
  });

  it('this device by its name, as by --on device', async () => {
    await withDevice();
    await made(byProgram('create', [DEVICE_PIN], ['--key', 'this device']));
    expect(await byProgram('create', [DEVICE_PIN], ['--key', 'this device', '--on', 'key'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('contradict each other') as string,
    });
  });

  it('this device that is not set up yet is a next step, and nothing is made in its folder', async () => {
    const { vault, clock } = memoryVault();
    bench.device = deviceHome({ vault, clock, random: new SeededRandom(), exists: () => false });
    expect(await byProgram('create', [DEVICE_PIN], ['--on', 'device'])).toMatchObject({
      code: 24,
      err: 'NotAllowedError: No passkeys are kept on this device yet. `latchkey device set-up` prepares it.\n',
    });
    await vault.close();
    await byProgram('get', [], []);
    expect(vault.situation).toEqual({ is: 'closed' });
  });
});

describe('at a terminal', () => {
  it('saves to this device: the places, the PIN again after a wrong one, a name of one’s own', async () => {
    await withDevice();
    await key('key');
    const { code, out, err } = await atTerminal(
      'create',
      [
        ['Which one', '1'],
        ['PIN of this device', '111111'],
        ['PIN of this device', DEVICE_PIN],
        ['A name of your own', '  My laptop '],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    expect(code).toBe(0);
    const passkey = await registered(out);
    expect(err).toBe(
      `${PAGE} asks to save a passkey for ada@example.org (Ada Lovelace). Its passkeys are those of ${SITE}.\n` +
        'Choose where to save this passkey:\n' +
        '  1  This device: asks for its PIN\n' +
        '  2  Security key “Simulated key”: asks for its PIN\n' +
        '  3  Another security key: plug it in, or touch it\n' +
        '  -  iPhone, iPad or Android device: not from the command line\n' +
        'Which one (number; Enter cancels)? 1\n' +
        'PIN of this device (Enter for other ways): \n' +
        'That PIN is wrong. 9 tries are left.\n' +
        'PIN of this device (Enter for other ways): \n' +
        'Passkey saved on this device. It stays there: it is device-bound.\n' +
        'A name of your own for it (Enter for none):   My laptop \n' +
        'It is called “My laptop” in Latchkey.\n',
    );
    const kept = ownNamesIn(bench.namesFile);
    await kept.read();
    expect(kept.nameOf(Buffer.from(passkey.credential.id, 'base64url'))).toBe('My laptop');
  });

  it('asks for no name of one’s own where this device is left alone', async () => {
    await bench.plug();
    const { code, err } = await atTerminal('create', [['PIN of', PIN]]);
    expect(code).toBe(0);
    expect(err).not.toContain('name of your own');
    expect(bench.questions.map(({ kind }) => kind)).toEqual(['secret']);
  });

  it('gives a key its first PIN, twice the same and by its rules', async () => {
    const { simulated } = await bench.plug({ pin: null });
    const { code, out, err } = await atTerminal('create', [
      ['New PIN of', '12'],
      ['again', '12'],
      ['New PIN of', '4711'],
      ['again', '4712'],
      ['New PIN of', '4711'],
      ['again', '4711'],
    ]);
    expect({ code, err }).toMatchObject({ code: 0 });
    await registered(out);
    expect(err).toContain('has no PIN yet');
    expect(err).toContain('That PIN is too short: it takes at least 4 characters.');
    expect(err).toContain('The two are not the same.');
    expect(simulated.snapshot().pin.hash).toBeDefined();
  });

  it('changes a PIN that the key wants changed', async () => {
    await bench.plug({ profile: '2.3', forceChange: true });
    const { code, err } = await atTerminal('create', [
      ['Present PIN', '000000'],
      ['New PIN of', '471100'],
      ['again', '471100'],
      ['Present PIN', PIN],
      ['New PIN of', '471100'],
      ['again', '471100'],
    ]);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('wants a new PIN before anything else');
    expect(err).toContain('That PIN is wrong. 7 tries are left.');
  });

  it('tells a wrong PIN of a key with the tries, until the key blocks: with its next step', async () => {
    await bench.plug();
    const { code, err } = await atTerminal('create', [
      ['PIN of', '000001'],
      ['PIN of', '000002'],
      ['PIN of', '000003'],
      ['Which one', ''],
    ]);
    expect(code).toBe(24);
    expect(err).toContain('That PIN is wrong. 7 tries are left.');
    expect(err).toContain('takes no PIN until it was taken out and put back in');
    expect(err).toMatch(/ {2}1 {2}Try again\n/);
  });

  it('lists several accounts, and signs in with the one that is chosen', async () => {
    await bench.plug();
    for (const name of ['ada', 'bob'])
      await made(
        byProgram(
          'create',
          [PIN],
          ['--soft-key', 'demo'],
          creationJson({ user: { id: handleOf(name), name, displayName: '' } }),
        ),
      );
    const { code, err, out } = await atTerminal('get', [
      ['PIN of', PIN],
      ['Which one', '7'],
      ['Which one', '2'],
    ]);
    expect(code).toBe(0);
    expect(err).toContain('Type a number from 1 to 3');
    const chosen = /^ {2}2 {2}(\w+), on “Simulated security key”$/m.exec(err)?.[1] ?? '';
    expect(JSON.parse(out)).toMatchObject({
      response: { userHandle: handleOf(chosen) },
    });
  });

  it('touches: the name of the key, and the first of two wins', async () => {
    const one = await key('one');
    const two = await key('two');
    for (const { presence } of [one, two]) presence.next('wait');
    const running = atTerminal('create', [['PIN of “Simulated two”', PIN]]);
    await until(() => one.presence.waiting && two.presence.waiting);
    expect(bench.told).toContain('Touch one of the security keys “Simulated one”, “Simulated two” …');
    two.presence.answer('granted');
    const { code } = await running;
    expect(code).toBe(0);
    expect(one.presence.waiting).toBe(false);
    expect(one.simulated.snapshot().credentials).toHaveLength(0);
    expect(two.simulated.snapshot().credentials).toHaveLength(1);
  });

  it('waits for a key to be plugged in', async () => {
    const running = atTerminal('create', [['PIN of', PIN]]);
    await until(() => bench.told.includes('Plug in a security key …'));
    await key('late');
    expect(await running).toMatchObject({ code: 0 });
  });

  it('goes on when a key that was taken out is back', async () => {
    const { soft, presence } = await key('loose');
    presence.next('wait');
    const running = atTerminal('create', [
      ['PIN of', PIN],
      ['Which one', () => (bench.observed.bus.plug(soft), '1')],
      ['PIN of', PIN],
    ]);
    await until(() => presence.waiting);
    bench.observed.bus.unplug(soft);
    const { code, err } = await running;
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('“Simulated loose” was taken out.');
  });

  it('tries again when nobody touched the key in time', async () => {
    const { presence } = await bench.plug();
    presence.next('timed-out');
    const { code, err } = await atTerminal('create', [
      ['PIN of', PIN],
      ['Which one', '1'],
      ['PIN of', PIN],
    ]);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('Nobody touched “Simulated security key” in time.');
  });

  it('touches the sensor of a key that has one, again when the finger was not recognised', async () => {
    const { presence } = await bench.plug({ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] });
    presence.fingers.next('no-match');
    const { code, err } = await atTerminal('create', []);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('Touch the sensor of “Simulated');
    expect(err).toMatch(/That finger was not recognised\. \d tries are left\. Touch the sensor/);
  });

  it('goes elsewhere from a PIN: nothing typed tells the other ways', async () => {
    await withDevice();
    await key('key');
    const { code, err } = await atTerminal(
      'create',
      [
        ['Which one', '2'],
        ['PIN of “Simulated key”', ''],
        ['Which one', '2'],
        ['Which one', '1'],
        ['PIN of this device', DEVICE_PIN],
        ['A name', ''],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('  1  Type it after all\n  2  Use another device\n  3  Back to the choice\n');
  });

  it('goes elsewhere while a key waits for a touch, and the key stops blinking', async () => {
    await withDevice();
    const { presence } = await key('key');
    presence.next('wait');
    const { code, err } = await atTerminal(
      'create',
      [
        ['Which one', '2'],
        ['PIN of “Simulated key”', PIN],
        ['1 use another device', '1'],
        ['Which one', '1'],
        ['PIN of this device', DEVICE_PIN],
        ['A name', ''],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(presence.waiting).toBe(false);
  });

  it('shows a key in the list as soon as it is plugged in', async () => {
    await withDevice();
    const running = atTerminal(
      'create',
      [
        ['Which one', () => (void key('late'), 'nothing yet')],
        ['Which one', '2'],
        ['PIN of “Simulated late”', PIN],
        ['A name', ''],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    const { code, err } = await running;
    expect({ code, err }).toMatchObject({ code: 0 });
  });

  it('asks for the passphrase of this device, again when it was wrong', async () => {
    await withDevice(PASSPHRASE);
    const { code, err } = await atTerminal(
      'create',
      [
        ['Passphrase of this device', 'wrong one'],
        ['Passphrase of this device', PASSPHRASE],
        ['PIN of this device', DEVICE_PIN],
        ['A name', ''],
      ],
      ['--on', 'device'],
    );
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('That passphrase is wrong.');
  });

  it('asks at the terminal itself with --options, and reads no line of a pipe', async () => {
    await bench.plug();
    const outcome = await bench.run(
      ['--soft-key', 'demo', 'webauthn', 'create', '--origin', PAGE, '--options', file(creationJson())],
      { interactive: true, input: [PIN] },
    );
    expect(outcome).toMatchObject({ code: 0 });
    expect(bench.questions).toMatchObject([{ kind: 'secret' }]);
  });
});

describe('how it fails', () => {
  const failing: readonly (readonly [string, string, number, Kind, string, readonly string[]])[] = [
    ['no JSON', 'TypeError', 28, 'get', '{', []],
    ['a missing member', 'TypeError', 28, 'get', '{}', []],
    ['an array', 'TypeError', 28, 'create', '[]', []],
    ['no base64url', 'EncodingError', 22, 'get', '{"challenge":"+/="}', []],
    ['an RP ID of another site', 'SecurityError', 26, 'get', requestJson({ rpId: 'contoso.com' }), []],
    ['a public suffix', 'SecurityError', 26, 'get', requestJson({ rpId: 'org' }), []],
    ['a page without TLS', 'SecurityError', 26, 'get', requestJson(), ['--origin', 'http://example.org']],
    ['a page without an origin', 'NotAllowedError', 24, 'get', requestJson(), ['--origin', 'null']],
    [
      'no algorithm that is known',
      'NotSupportedError',
      25,
      'create',
      creationJson({ pubKeyCredParams: [{ type: 'not a key', alg: -7 }] }),
      [],
    ],
    ['no passkey of the site', 'NotAllowedError', 24, 'get', requestJson(), []],
  ];

  it.each(failing)('%s: %s, with %d', async (_, name, code, kind, options, argv) => {
    await bench.plug();
    const outcome = await byProgram(kind, [PIN], ['--soft-key', 'demo', '--json', ...argv], options);
    expect(outcome).toMatchObject({ code, out: '' });
    const last = outcome.err.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ error: { code: name } });
    const inWords = await byProgram(kind, [PIN], ['--soft-key', 'demo', ...argv], options);
    expect(inWords.err).toMatch(new RegExp(`^${name}: [A-Za-z].*\\.$`, 'm'));
  });

  it('names the member that is wrong', async () => {
    const { err } = await byProgram(
      'get',
      [],
      [],
      '{"challenge":"AA","allowCredentials":[{"type":"public-key"}]}',
    );
    expect(err).toContain('allowCredentials.0.id');
  });

  it('InvalidStateError, 23, for a passkey that is there already; at a terminal only when the person agrees', async () => {
    await bench.plug();
    const { credential } = await made(byProgram('create', [PIN]));
    const again = creationJson({ excludeCredentials: [{ type: 'public-key', id: credential.id }] });
    const words = 'You already have a passkey for this account here, on “Simulated security key”.';
    expect(await byProgram('create', [PIN], ['--soft-key', 'demo'], again)).toMatchObject({
      code: 23,
      out: '',
      err: expect.stringContaining(`InvalidStateError: ${words}\n`) as string,
    });
    const argv = ['--soft-key', 'demo'];
    const told = await atTerminal(
      'create',
      [
        ['PIN of', PIN],
        ['Which one', '1'],
      ],
      argv,
      again,
    );
    expect(told).toMatchObject({
      code: 23,
      err: expect.stringContaining('  1  Tell the site so\n') as string,
    });
    const untold = await atTerminal(
      'create',
      [
        ['PIN of', PIN],
        ['Which one', ''],
      ],
      argv,
      again,
    );
    expect(untold.code).toBe(24);
  });

  it('NotAllowedError when the person cancels', async () => {
    await bench.plug();
    expect(
      await atTerminal('create', [
        ['PIN of', ''],
        ['Which one', ''],
      ]),
    ).toMatchObject({
      code: 24,
      out: '',
      err: expect.stringMatching(/NotAllowedError: Cancelled\.\n$/) as string,
    });
  });

  it('NotAllowedError when the site waits no longer', async () => {
    const { presence } = await bench.plug({ pin: null });
    presence.next(...Array.from({ length: 40 }, () => 'wait' as const));
    const options = creationJson({ authenticatorSelection: { userVerification: 'discouraged' } });
    const running = atTerminal('create', [], ['--soft-key', 'demo'], options);
    await until(() => presence.waiting);
    const home = await bench.composition.deviceHome(undefined);
    await (home.clock as typeof bench.clock).advance(300_000);
    expect(await running).toMatchObject({
      code: 24,
      err: expect.stringContaining('It took longer than the site waits.') as string,
    });
  });

  it('Ctrl-C at a touch: AbortError, 20, and the key stops blinking', async () => {
    const { presence } = await bench.plug();
    presence.next('wait');
    const interruption = new AbortController();
    const running = bench.run(['--soft-key', 'demo', 'webauthn', 'create', '--origin', PAGE, '--json'], {
      stdin: creationJson(),
      dialogue: [['PIN of', PIN]],
      signal: interruption.signal,
    });
    await until(() => presence.waiting);
    interruption.abort(new Error('Ctrl-C'));
    const { code, out, err } = await running;
    expect({ code, out }).toEqual({ code: 20, out: '' });
    const last = err.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toEqual({ error: { code: 'AbortError', message: 'Cancelled.' } });
    await until(() => !presence.waiting);
    expect(bench.observed.log.at(-1)).toMatch(/^11/);
  });

  it('Ctrl-C at a PIN: AbortError', async () => {
    await bench.plug();
    const interruption = new AbortController();
    const running = bench.run(['--soft-key', 'demo', 'webauthn', 'create', '--origin', PAGE], {
      stdin: creationJson(),
      dialogue: [],
      signal: interruption.signal,
    });
    await until(() => bench.told.includes('PIN of'));
    interruption.abort(new Error('Ctrl-C'));
    expect(await running).toMatchObject({ code: 20, out: '' });
  });

  it('Ctrl-C when the response is out takes nothing back', async () => {
    await withDevice();
    const interruption = new AbortController();
    const running = bench.run(['webauthn', 'create', '--on', 'device', '--origin', PAGE], {
      stdin: creationJson(),
      dialogue: [['PIN of', DEVICE_PIN]],
      signal: interruption.signal,
    });
    await until(() => bench.told.includes('A name of your own'));
    interruption.abort(new Error('Ctrl-C'));
    const { code, out } = await running;
    expect(code).toBe(0);
    await registered(out);
  });

  it.each([
    ['no origin', ['webauthn', 'get'], '--origin'],
    ['another place', ['webauthn', 'get', '--origin', PAGE, '--on', 'phone'], 'device, key'],
    ['no verb', ['webauthn'], 'create'],
  ])('%s is no command', async (_, argv, words) => {
    const { code, err } = await bench.run(argv, { stdin: requestJson() });
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it.each([
    ['at a terminal, without options', { interactive: true }, '< options.json'],
    ['with nothing on standard input', { stdin: ' \n' }, 'no options on standard input'],
    ['with far too much of it', { stdin: `"${'a'.repeat(600_000)}"` }, 'longer than'],
  ] as const)('%s is no request', async (_, sitting, words) => {
    const outcome = await bench.run(['webauthn', 'get', '--origin', PAGE], sitting);
    expect(outcome).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) as string });
  });

  it('says which file cannot be read', async () => {
    const missing = join(folder, 'missing.json');
    const outcome = await bench.run(['webauthn', 'get', '--origin', PAGE, '--options', missing]);
    expect(outcome).toMatchObject({ code: 2, err: expect.stringContaining(missing) as string });
  });
});

/** Turns, until it is so: stretching a PIN takes its time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 50_000; turn++) {
    if (isSo()) return;
    await settled();
  }
  throw new Error(`it never came to that: ${bench.told}`);
}
