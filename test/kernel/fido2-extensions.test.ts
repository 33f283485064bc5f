/** fido2-cred and fido2-assert with extensions, algorithms and both PIN protocols; the tools say whether it is in order. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Algorithm } from '../../main/ctap/cose.js';
import { CLIENT_DATA_HASH } from '../support/platform.js';
import { PIN, plugKey } from './support/key-on-uhid.js';
import { run, scratchFolder, type Verdict } from './support/program.js';
import { attached, systemBus, theKey } from './support/virtual-key.js';

const RP = 'login.example';

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
const salt = (byte: number): string => base64(new Uint8Array(32).fill(byte));

/** A tool that gets its parameters from a file, for it reads the PIN from the standard input. */
async function asked(
  tool: string,
  args: readonly string[],
  parameters: readonly string[],
  pin: boolean,
): Promise<Verdict> {
  const file = join(await scratchFolder(), 'parameters');
  await writeFile(file, `${parameters.join('\n')}\n`);
  return run(tool, [args[0]!, '-i', file, ...args.slice(1)], { input: pin ? [PIN] : [] });
}

async function good(verdict: Promise<Verdict>): Promise<readonly string[]> {
  const { code, lines, errors } = await verdict;
  expect(code, errors).toBe(0);
  return lines;
}

/** fido2-cred -M, judged by fido2-cred -V; the lines that the former gave, and the file with the public key. */
async function made(
  path: string,
  options: { readonly make: readonly string[]; readonly verify?: readonly string[]; readonly type?: string },
): Promise<{ readonly lines: readonly string[]; readonly keyFile: string }> {
  const { make, verify = [], type = 'es256' } = options;
  const request = [base64(CLIENT_DATA_HASH), RP, 'ada', base64('user-1')];
  const lines = await good(asked('fido2-cred', ['-M', '-r', ...make, path, type], request, true));
  // What comes behind the signature it would take for a certificate, which a key that attests by itself does not have.
  const proof = lines.slice(0, 6);
  const [, ...pem] = await good(run('fido2-cred', ['-V', '-v', ...verify, type], { input: proof }));
  const keyFile = join(await scratchFolder(), 'key.pem');
  await writeFile(keyFile, `${pem.join('\n')}\n`);
  return { lines, keyFile };
}

/** fido2-assert -G of the only passkey, judged by fido2-assert -V; what comes behind the user's ID. */
async function used(
  path: string,
  keyFile: string,
  options: {
    readonly get: readonly string[];
    readonly salt?: string;
    readonly verify?: readonly string[];
    readonly pin?: boolean;
    readonly type?: string;
  },
): Promise<readonly string[]> {
  const { get, verify = [], pin = true, type = 'es256' } = options;
  const uv = pin ? ['-v'] : [];
  const question = [base64(CLIENT_DATA_HASH), RP, ...(options.salt === undefined ? [] : [options.salt])];
  const lines = await good(asked('fido2-assert', ['-G', '-r', '-p', ...uv, ...get, path], question, pin));
  await good(
    run('fido2-assert', ['-V', '-p', ...uv, ...verify, keyFile, type], { input: lines.slice(0, 4) }),
  );
  expect(lines[4]).toBe(base64('user-1'));
  return lines.slice(5);
}

describe.each([1, 2])('by PIN protocol %i', (protocol) => {
  const changes = { pinUvAuthProtocols: [protocol] };

  test('hmac-secret: one secret for each salt, another one without the PIN', async () => {
    await plugKey({ changes });
    const { path } = await theKey(systemBus());
    const { keyFile } = await made(path, { make: ['-h'], verify: ['-h'] });
    const secret = async (byte: number, pin: boolean): Promise<string> => {
      const [value] = await used(path, keyFile, { get: ['-h'], salt: salt(byte), verify: ['-h'], pin });
      expect(Buffer.from(value!, 'base64')).toHaveLength(32);
      return value!;
    };
    const first = await secret(1, true);
    expect(await secret(1, true)).toBe(first);
    expect(await secret(2, true)).not.toBe(first);
    const withoutPin = await secret(1, false);
    expect(withoutPin).not.toBe(first);
    expect(await secret(1, false)).toBe(withoutPin);
  });

  test('largeBlobKey: the same when it is made and when it is used', async () => {
    await plugKey({ changes });
    const { path } = await theKey(systemBus());
    const { lines, keyFile } = await made(path, { make: ['-b'] });
    const key = lines.at(-1)!;
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(await used(path, keyFile, { get: ['-b'] })).toEqual([key]);
  });
});

test.each(['2', '3'])('credProtect %s is kept and signed', async (level) => {
  const key = await plugKey();
  const { path } = await theKey(systemBus());
  const { lines, keyFile } = await made(path, { make: ['-c', level], verify: ['-c', level] });
  const other = level === '2' ? '3' : '2';
  expect((await run('fido2-cred', ['-V', '-c', other], { input: lines })).code).toBe(1);
  expect(key.simulated.snapshot().credentials[0]!.credential.credProtect).toBe(Number(level));
  await used(path, keyFile, { get: [] });
  // Without the PIN it is not found, whichever of the two levels.
  const question = [base64(CLIENT_DATA_HASH), RP];
  const hidden = await asked('fido2-assert', ['-G', '-r', '-p', path], question, false);
  expect(hidden.code).toBe(1);
  expect(hidden.errors).toContain('FIDO_ERR_NO_CREDENTIALS');
});

test.each([
  ['es256', Algorithm.ES256],
  ['eddsa', Algorithm.EDDSA],
  ['es384', Algorithm.ES384],
  ['rs256', Algorithm.RS256],
])('%s: made, used and verified', async (type, algorithm) => {
  const key = await plugKey({ profile: '2.3' });
  const { path } = await theKey(systemBus());
  const { keyFile } = await made(path, { make: [], type });
  expect(key.simulated.snapshot().credentials[0]!.credential.algorithm).toBe(algorithm);
  await used(path, keyFile, { get: [], type });
});
