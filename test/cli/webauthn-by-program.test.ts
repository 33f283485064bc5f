/** `latchkey webauthn create` and `get`, without an app, by a program. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../support/command-line';
import { PIN } from '../support/desk';
import { PIN as DEVICE_PIN } from '../support/memory-vault';
import {
  clientDataOf,
  creationJson,
  PAGE,
  registered,
  signedInWith,
  SITE,
  type Registered,
} from '../support/site';
import { handleOf, made, PASSPHRASE, WebAuthnBench } from '../support/webauthn-command-line';

let bench: WebAuthnBench;
beforeEach(() => {
  bench = new WebAuthnBench();
});

describe('by a program', () => {
  it('makes and uses a passkey of a key: the response alone on standard output, and a site takes it', async () => {
    await bench.plug();
    const registration = await bench.byProgram('create', [PIN]);
    expect(registration.code).toBe(0);
    expect(registration.out).toMatch(/^\{.*\}\n$/);
    const passkey = await registered(registration.out);
    expect(passkey.userVerified).toBe(true);

    const signIn = await bench.byProgram('get', [PIN]);
    expect(signIn.code).toBe(0);
    await signedInWith(passkey, signIn.out);
    expect(signIn.err).toBe(
      `${PAGE} asks you to sign in with a passkey. Its passkeys are those of ${SITE}.\n` +
        'Touch “Simulated security key” …\n',
    );
  });

  it('makes and uses a passkey of this device', async () => {
    await bench.withDevice();
    const passkey = await made(bench.byProgram('create', [DEVICE_PIN], ['--on', 'device']));
    const { out } = await bench.byProgram('get', [DEVICE_PIN], ['--on', 'device']);
    await signedInWith(passkey, out);
    // One match is one step, wherever it is.
    await signedInWith(passkey, (await bench.byProgram('get', [DEVICE_PIN], [])).out);
  });

  it('gives the passphrase in front of the PIN', async () => {
    await bench.withDevice(PASSPHRASE);
    const passkey = await made(bench.byProgram('create', [PASSPHRASE, DEVICE_PIN], ['--on', 'device']));
    await bench.device?.vault.close();
    await signedInWith(
      passkey,
      (await bench.byProgram('get', [PASSPHRASE, DEVICE_PIN], ['--on', 'device'])).out,
    );
  });

  it('prints the same with --json', async () => {
    await bench.plug();
    await registered((await bench.byProgram('create', [PIN], ['--soft-key', 'demo', '--json'])).out);
  });

  it('takes what a page gives to the browser, with publicKey around it, and the mark of Windows before it', async () => {
    await bench.plug();
    const wrapped = `\uFEFF{"mediation":"optional","publicKey":${creationJson()}}`;
    await made(bench.byProgram('create', [PIN], ['--soft-key', 'demo'], wrapped));
  });

  it('writes origin and top origin into the client data, as a browser does', async () => {
    await bench.plug();
    const top = ['--top-origin', 'https://news.example'];
    const { out } = await bench.byProgram('create', [PIN], ['--soft-key', 'demo', ...top]);
    expect(clientDataOf(out)).toEqual({
      type: 'webauthn.create',
      challenge: 'Y2hhbGxlbmdl',
      origin: PAGE,
      crossOrigin: true,
      topOrigin: 'https://news.example',
    });
    const same = await bench.byProgram('create', [PIN], ['--soft-key', 'demo', '--top-origin', PAGE]);
    expect(clientDataOf(same.out)).not.toHaveProperty('topOrigin');
  });

  it('says where with --on, and is told so when it does not', async () => {
    await bench.withDevice();
    const { simulated } = await bench.plugNamed('key');
    await made(bench.byProgram('create', [PIN], ['--key', 'Simulated key', '--on', 'key']));
    expect(simulated.snapshot().credentials).toHaveLength(1);
    expect(await bench.byProgram('create', [DEVICE_PIN], [])).toMatchObject({
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
          bench.byProgram(
            'create',
            [PIN],
            ['--soft-key', 'demo'],
            creationJson({ user: { id: handleOf(name), name, displayName: `The ${name}` } }),
          ),
        ),
      );
    const unsaid = await bench.byProgram('get', [PIN], ['--soft-key', 'demo', '--json']);
    expect(unsaid).toMatchObject({ code: 2, out: '' });
    expect(JSON.parse(unsaid.err)).toMatchObject({ error: { code: 'account-needed' } });
    expect(unsaid.err).toContain('ada (The ada), on “Simulated security key”');
    for (const [account, passkey] of [
      ['BOB', 'bob'],
      ['the ada', 'ada'],
    ] as const) {
      const { out } = await bench.byProgram('get', [PIN], ['--soft-key', 'demo', '--account', account]);
      await signedInWith(passkeys.get(passkey)!, out);
    }
    const stranger = await bench.byProgram('get', [PIN], ['--soft-key', 'demo', '--account', 'carol']);
    expect(stranger).toMatchObject({ code: 2, out: '' });
  });

  it('has no PIN tried again after a wrong one', async () => {
    const { simulated } = await bench.plug();
    const { code, err } = await bench.byProgram('create', ['000000', PIN], ['--soft-key', 'demo', '--json']);
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
    const { vault } = await bench.withDevice();
    const run = (): Promise<Outcome> => bench.byProgram('create', ['111111'], ['--on', 'device', '--json']);
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
    const outcome = await bench.byProgram('create', input, ['--soft-key', 'demo', '--json', ...argv]);
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
    expect(await bench.byProgram('create', [PIN])).toMatchObject({
      code: 4,
      err: expect.stringContaining('`latchkey pin set`') as string,
    });
    bench = new WebAuthnBench();
    const { simulated } = await bench.plug({ profile: '2.3', forceChange: true });
    expect(await bench.byProgram('create', [PIN, '654321'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('`latchkey pin change`') as string,
    });
    expect(simulated.snapshot().pin.retries).toBe(8);
  });

  it('does not wait for a key that nobody plugs in', async () => {
    const { code, err } = await bench.byProgram('create', [PIN], ['--on', 'key', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'no-key' } });
  });

  it('says of a place that cannot take it why', async () => {
    await bench.plug({
      changes: { capacity: 1 },
      passkeys: [{ rpId: 'other.example', userName: 'a' }],
    });
    const { code, err } = await bench.byProgram('create', [PIN]);
    expect(code).toBe(24);
    expect(err).toMatch(/NotAllowedError: .*“Simulated security key”.*(full|room)/);
  });
});
