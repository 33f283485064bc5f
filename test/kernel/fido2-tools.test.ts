/** libfido2's own tools (Debian's fido2-tools) as strangers at the door: every verdict about our simulated key is theirs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLIENT_DATA_HASH } from '../support/platform.js';
import { PIN, plugKey, type KeyOnUhid, type KeyRecipe } from './support/key-on-uhid.js';
import { run as runProgram, type Verdict } from './support/program.js';
import { attached, systemBus, theKey } from './support/virtual-key.js';

const RP = 'login.example';
const WRONG_PIN = '000000';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fido2-tools-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

const run = (tool: string, args: readonly string[], pins: readonly string[] = []): Promise<Verdict> =>
  runProgram(tool, args, { input: pins });

/** A plugged-in key, and where the tools find it. libfido2 1.12 manages credentials by the preview command only. */
async function plugged(recipe: KeyRecipe = {}): Promise<{ readonly key: KeyOnUhid; readonly path: string }> {
  const key = await plugKey({ ...recipe, changes: { credentialManagement: 'both', ...recipe.changes } });
  const { path } = await theKey(systemBus());
  return { key, path };
}

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
const storedOn = ({ simulated }: KeyOnUhid) =>
  simulated.snapshot().credentials.map(({ credential }) => credential);

const passkeys = [
  { rpId: 'a.example', userName: 'ada', displayName: 'Ada' },
  { rpId: 'a.example', userName: 'eva', displayName: 'Eva' },
  { rpId: 'b.example', userName: 'bob', displayName: 'Bob' },
];

describe('fido2-token', () => {
  test('-L finds the key, -I reads what it says about itself', async () => {
    const { path } = await plugged();
    const list = await run('fido2-token', ['-L']);
    // Names come from udev, which does not run here.
    expect(list.lines.join()).toMatch(new RegExp(`^${path}: vendor=0x1209, product=0x0001`));
    const info = await run('fido2-token', ['-I', path]);
    expect(info.code).toBe(0);
    const said = info.lines.join('\n');
    expect(said).toMatch(/version strings: FIDO_2_0, FIDO_2_1/);
    expect(said).toContain('aaguid: 4c617463686b657953696d756c617465');
    expect(said).toMatch(/options:.*\brk\b.*/);
    expect(said).toMatch(/pin retries: 8/);
    expect(said).toMatch(/maxmsgsiz: 1200/);
  });

  test('-S sets a PIN where there is none, -C changes it, and each works from then on', async () => {
    const { key, path } = await plugged({ pin: null, passkeys });
    expect((await run('fido2-token', ['-S', path], [PIN, PIN])).code).toBe(0);
    expect((await run('fido2-token', ['-S', path], [PIN, PIN])).code).toBe(1);
    expect((await run('fido2-token', ['-C', path], [PIN, '654321', '654321'])).code).toBe(0);
    const withOld = await run('fido2-token', ['-L', '-r', path], [PIN]);
    expect(withOld.code).toBe(1);
    expect(withOld.errors).toContain('FIDO_ERR_PIN_INVALID');
    expect(key.simulated.snapshot().pin.retries).toBe(7);
    expect((await run('fido2-token', ['-L', '-r', path], ['654321'])).code).toBe(0);
    expect(key.simulated.snapshot().pin.retries).toBe(8);
  });

  test('-C with a wrong PIN is refused and costs a try; a PIN of three characters is refused', async () => {
    const { key, path } = await plugged();
    const wrong = await run('fido2-token', ['-C', path], [WRONG_PIN, '654321', '654321']);
    expect(wrong.code).toBe(1);
    expect(wrong.errors).toContain('FIDO_ERR_PIN_INVALID');
    expect(key.simulated.snapshot().pin.retries).toBe(7);
    expect((await run('fido2-token', ['-C', path], [PIN, '123', '123'])).code).toBe(1);
    expect((await run('fido2-token', ['-I', '-c', path], [PIN])).code).toBe(0);
  });

  test('-L -r lists the sites, -L -k the passkeys of one, -I -c how many', async () => {
    const { key, path } = await plugged({ passkeys, changes: { capacity: 10 } });
    const sites = await run('fido2-token', ['-L', '-r', path], [PIN]);
    expect(sites.code).toBe(0);
    expect(sites.lines.map((line) => line.split(' ')[2]).sort()).toEqual(['a.example', 'b.example']);
    const [ada, eva] = storedOn(key);
    const ofA = await run('fido2-token', ['-L', '-k', 'a.example', path], [PIN]);
    expect(ofA.code).toBe(0);
    expect(ofA.lines.map((line) => line.split(' ')[1]).sort()).toEqual(
      [base64(ada!.id), base64(eva!.id)].sort(),
    );
    expect(ofA.lines.join('\n')).toMatch(/Ada .*es256/);
    const counts = await run('fido2-token', ['-I', '-c', path], [PIN]);
    expect(counts.lines.join('\n')).toMatch(/existing rk\(s\): 3\nremaining rk\(s\): 7/);
  });

  test('-D -i deletes one and leaves the others; a second time there is nothing to delete', async () => {
    const { key, path } = await plugged({ passkeys });
    const [ada] = storedOn(key);
    expect((await run('fido2-token', ['-D', '-i', base64(ada!.id), path], [PIN])).code).toBe(0);
    expect(storedOn(key).map(({ user }) => user.name)).toEqual(['eva', 'bob']);
    const again = await run('fido2-token', ['-D', '-i', base64(ada!.id), path], [PIN]);
    expect(again.code).toBe(1);
    expect(again.errors).toContain('FIDO_ERR_NO_CREDENTIALS');
  });

  test('-R resets the key right after plugging it in, and not without the touch', async () => {
    const { key, path } = await plugged({ passkeys });
    key.presence.next('refused');
    const refused = await run('fido2-token', ['-R', path]);
    expect(refused.code).toBe(1);
    expect(storedOn(key)).toHaveLength(3);
    expect((await run('fido2-token', ['-R', path])).code).toBe(0);
    expect(storedOn(key)).toEqual([]);
    expect(key.simulated.snapshot().pin.hash).toBeUndefined();
  });
});

describe.each(['es256', 'eddsa'])('fido2-cred and fido2-assert with %s', (type) => {
  test('a passkey is made, verified, used and verified; what was tampered with is not', async () => {
    const { key, path } = await plugged();
    const request = await file('request', [base64(CLIENT_DATA_HASH), RP, 'ada', base64('user-1')]);
    const made = await run('fido2-cred', ['-M', '-r', '-i', request, path, type], [PIN]);
    expect(made, made.errors).toMatchObject({ code: 0 });
    expect(storedOn(key)).toMatchObject([{ rp: { id: RP }, user: { name: 'ada' } }]);

    const credential = await file('credential', made.lines);
    const keyFile = join(folder, 'key.pem');
    const verified = await run('fido2-cred', ['-V', '-v', '-i', credential, '-o', keyFile, type]);
    expect(verified, verified.errors).toMatchObject({ code: 0 });
    const [credentialId, ...pem] = (await readFile(keyFile, 'utf8')).split('\n');
    expect(credentialId).toBe(base64(storedOn(key)[0]!.id));
    await writeFile(keyFile, pem.join('\n'));
    // The first line is the hash that was signed.
    const otherHash = made.lines.with(0, base64(new Uint8Array(32).fill(7)));
    expect((await run('fido2-cred', ['-V', '-i', await file('bad', otherHash), type])).code).toBe(1);

    const question = await file('question', [base64(CLIENT_DATA_HASH), RP]);
    const assertion = await run('fido2-assert', ['-G', '-r', '-p', '-v', '-i', question, path], [PIN]);
    expect(assertion, assertion.errors).toMatchObject({ code: 0 });
    const [hash, rp, authData, signature, userId] = assertion.lines;
    expect(userId).toBe(base64('user-1'));
    const answer = [hash, rp, authData, signature].map(String);
    const proof = ['-V', '-p', '-v', '-i', await file('answer', answer), keyFile, type];
    expect((await run('fido2-assert', proof)).code).toBe(0);
    const tampered = answer.with(0, base64(new Uint8Array(32).fill(7)));
    const refuted = ['-V', '-p', '-v', '-i', await file('tampered', tampered), keyFile, type];
    expect((await run('fido2-assert', refuted)).code).toBe(1);
  });
});

test('fido2-cred and fido2-assert with a wrong PIN are refused', async () => {
  const { key, path } = await plugged({ passkeys: [{ rpId: RP, userName: 'ada' }] });
  const request = await file('request', [base64(CLIENT_DATA_HASH), RP, 'eva', base64('user-2')]);
  expect((await run('fido2-cred', ['-M', '-r', '-i', request, path], [WRONG_PIN])).errors).toContain(
    'FIDO_ERR_PIN_INVALID',
  );
  const question = await file('question', [base64(CLIENT_DATA_HASH), RP]);
  const assertion = await run('fido2-assert', ['-G', '-r', '-v', '-i', question, path], [WRONG_PIN]);
  expect(assertion.code).toBe(1);
  expect(assertion.errors).toContain('FIDO_ERR_PIN_INVALID');
  expect(storedOn(key)).toHaveLength(1);
});
