/** `latchkey webauthn create` and `get`, without an app: how they fail, by a program and at a terminal. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PIN } from '../support/desk';
import { PIN as DEVICE_PIN } from '../support/memory-vault';
import { creationJson, PAGE, registered, requestJson } from '../support/site';
import { made, WebAuthnBench, type Kind } from '../support/webauthn-command-line';

let bench: WebAuthnBench;
beforeEach(() => {
  bench = new WebAuthnBench();
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
    const outcome = await bench.byProgram(kind, [PIN], ['--soft-key', 'demo', '--json', ...argv], options);
    expect(outcome).toMatchObject({ code, out: '' });
    const last = outcome.err.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ error: { code: name } });
    const inWords = await bench.byProgram(kind, [PIN], ['--soft-key', 'demo', ...argv], options);
    expect(inWords.err).toMatch(new RegExp(`^${name}: [A-Za-z].*\\.$`, 'm'));
  });

  it('names the member that is wrong', async () => {
    const { err } = await bench.byProgram(
      'get',
      [],
      [],
      '{"challenge":"AA","allowCredentials":[{"type":"public-key"}]}',
    );
    expect(err).toContain('allowCredentials.0.id');
  });

  it('InvalidStateError, 23, for a passkey that is there already; at a terminal only when the person agrees', async () => {
    await bench.plug();
    const { credential } = await made(bench.byProgram('create', [PIN]));
    const again = creationJson({ excludeCredentials: [{ type: 'public-key', id: credential.id }] });
    const words = 'You already have a passkey for this account here, on “Simulated security key”.';
    expect(await bench.byProgram('create', [PIN], ['--soft-key', 'demo'], again)).toMatchObject({
      code: 23,
      out: '',
      err: expect.stringContaining(`InvalidStateError: ${words}\n`) as string,
    });
    const argv = ['--soft-key', 'demo'];
    const told = await bench.atTerminal(
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
    const untold = await bench.atTerminal(
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
      await bench.atTerminal('create', [
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
    const running = bench.atTerminal('create', [], ['--soft-key', 'demo'], options);
    await bench.until(() => presence.waiting);
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
    await bench.until(() => presence.waiting);
    interruption.abort(new Error('Ctrl-C'));
    const { code, out, err } = await running;
    expect({ code, out }).toEqual({ code: 20, out: '' });
    const last = err.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toEqual({ error: { code: 'AbortError', message: 'Cancelled.' } });
    await bench.until(() => !presence.waiting);
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
    await bench.until(() => bench.told.includes('PIN of'));
    interruption.abort(new Error('Ctrl-C'));
    expect(await running).toMatchObject({ code: 20, out: '' });
  });

  it('Ctrl-C when the response is out takes nothing back', async () => {
    await bench.withDevice();
    const interruption = new AbortController();
    const running = bench.run(['webauthn', 'create', '--on', 'device', '--origin', PAGE], {
      stdin: creationJson(),
      dialogue: [['PIN of', DEVICE_PIN]],
      signal: interruption.signal,
    });
    await bench.until(() => bench.told.includes('A name of your own'));
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
    const missing = '/nowhere/missing.json';
    const outcome = await bench.run(['webauthn', 'get', '--origin', PAGE, '--options', missing]);
    expect(outcome).toMatchObject({ code: 2, err: expect.stringContaining(missing) as string });
  });
});
