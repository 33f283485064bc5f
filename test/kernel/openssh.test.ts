/** OpenSSH (Debian's openssh-client, which speaks to keys through its own built-in libfido2 part) with our simulated key. */
import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Flag } from '../../main/ctap/authenticator-data.js';
import { Algorithm } from '../../main/ctap/cose.js';
import { PIN, plugKey, type KeyOnUhid } from './support/key-on-uhid.js';
import { run, scratchFolder, type Verdict } from './support/program.js';
import { attached, systemBus, theKey } from './support/virtual-key.js';

const APPLICATION = 'ssh:latchkey';
const WRONG_PIN = '000000';
const MESSAGE = 'a release\n';

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

/** ssh-keygen in a folder of its own; it asks for PINs through a program that knows `pin`. */
class SshKeygen {
  readonly folder: string;
  readonly #device: string;

  private constructor(folder: string, device: string) {
    this.folder = folder;
    this.#device = device;
  }

  static async withKey(pin = PIN): Promise<SshKeygen> {
    const { path } = await theKey(systemBus());
    const ssh = new SshKeygen(await scratchFolder(), path);
    await ssh.pinIs(pin);
    return ssh;
  }

  async pinIs(pin: string): Promise<void> {
    const askpass = join(this.folder, 'askpass');
    // OpenSSH also starts it to tell that a touch is wanted; then nobody reads what it says.
    await writeFile(askpass, `#!/bin/sh\necho "$1" >>'${this.folder}/asked'\necho '${pin}'\n`);
    await chmod(askpass, 0o755);
  }

  run(args: readonly string[], input: readonly string[] = []): Promise<Verdict> {
    const env = { SSH_ASKPASS: join(this.folder, 'askpass'), SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none' };
    return run('ssh-keygen', args, { input, env, folder: this.folder });
  }

  generate(type: string, options: readonly string[]): Promise<Verdict> {
    const all = [`device=${this.#device}`, `application=${APPLICATION}`, 'user=ada', ...options];
    const words = all.flatMap((option) => ['-O', option]);
    return this.run(['-q', '-t', type, '-N', '', '-C', 'ada', '-f', 'id', ...words]);
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8');
  }

  /** Signs {@link MESSAGE} with the private key file `id`; the signature is then in `message.sig`. */
  async sign(id: string): Promise<Verdict> {
    await writeFile(join(this.folder, 'message'), MESSAGE);
    const signed = await this.run(['-Y', 'sign', '-f', id, '-n', 'file', 'message']);
    const signer = (await this.read(`${id}.pub`)).split(' ').slice(0, 2).join(' ');
    await writeFile(join(this.folder, 'signers'), `ada@example.org ${signer}\n`);
    return signed;
  }

  verify(message: string): Promise<Verdict> {
    const who = ['-I', 'ada@example.org', '-n', 'file', '-f', 'signers', '-s', 'message.sig'];
    // Without the line's end that `run` adds.
    return this.run(['-Y', 'verify', ...who], [message.slice(0, -1)]);
  }

  /** What the authenticator said about the touch and the PIN (PROTOCOL.u2f, "SSH U2F Signatures"). */
  async signedFlags(): Promise<number> {
    const armoured = await this.read('message.sig');
    const blob = Buffer.from(armoured.replaceAll(/-----.*-----|\s/g, ''), 'base64');
    // … ‖ flags ‖ 4 bytes of counter, at the very end.
    return blob.at(-5)!;
  }
}

const algorithms = { 'ed25519-sk': Algorithm.EDDSA, 'ecdsa-sk': Algorithm.ES256 };
const stored = ({ simulated }: KeyOnUhid) =>
  simulated.snapshot().credentials.map(({ credential }) => credential);

describe.each(['ed25519-sk', 'ecdsa-sk'] as const)('ssh-keygen -t %s', (type) => {
  test.each([
    { options: [], resident: false, verified: false },
    { options: ['verify-required'], resident: false, verified: true },
    { options: ['resident'], resident: true, verified: false },
    { options: ['resident', 'verify-required'], resident: true, verified: true },
  ])('$options: makes a key, signs, and OpenSSH verifies', async ({ options, resident, verified }) => {
    const key = await plugKey({ changes: { credentialManagement: 'both' } });
    const ssh = await SshKeygen.withKey();
    const made = await ssh.generate(type, options);
    expect(made, made.errors).toMatchObject({ code: 0 });
    expect(await ssh.read('id.pub')).toContain(`sk-${type === 'ecdsa-sk' ? 'ecdsa-sha2' : 'ssh'}-`);
    expect(stored(key)).toMatchObject(
      resident
        ? [
            {
              rp: { id: APPLICATION },
              user: { id: Uint8Array.from(Buffer.from('ada'.padEnd(32, '\0'))) },
              algorithm: algorithms[type],
              // sk-usbhid.c asks for userVerificationRequired, or else optional with a list.
              credProtect: verified ? 3 : 2,
            },
          ]
        : [],
    );

    const signed = await ssh.sign('id');
    expect(signed, signed.errors).toMatchObject({ code: 0 });
    expect(await ssh.signedFlags()).toBe(verified ? Flag.UP | Flag.UV : Flag.UP);
    const good = await ssh.verify(MESSAGE);
    expect(good.lines.join(), good.errors).toContain('Good "file" signature for ada@example.org');
    expect(good.code).toBe(0);
    expect((await ssh.verify('another release\n')).code).not.toBe(0);
    expect(key.presence.requests.at(-1)).toMatchObject({ reason: 'use', rpId: APPLICATION });
  });

  test('-K writes resident keys on a new computer, and these sign', async () => {
    const key = await plugKey({ changes: { credentialManagement: 'both' } });
    const first = await SshKeygen.withKey();
    expect(await first.generate(type, ['resident'])).toMatchObject({ code: 0 });
    const second = await SshKeygen.withKey();
    const downloaded = await second.run(['-K', '-N', '']);
    expect(downloaded, downloaded.errors).toMatchObject({ code: 0 });
    const names = (await readdir(second.folder)).filter((name) => name.startsWith('id_'));
    expect(names.sort()).toEqual([
      `id_${type.replace('-', '_')}_rk_latchkey_ada`,
      `id_${type.replace('-', '_')}_rk_latchkey_ada.pub`,
    ]);
    const [id] = names;
    const publicKey = (text: string): string => text.split(' ').slice(0, 2).join(' ').trim();
    expect(publicKey(await second.read(`${id}.pub`))).toBe(publicKey(await first.read('id.pub')));
    const signed = await second.sign(id!);
    expect(signed, signed.errors).toMatchObject({ code: 0 });
    expect((await second.verify(MESSAGE)).code).toBe(0);
    expect(stored(key)).toHaveLength(1);
  });
});

test('a wrong PIN makes and signs nothing and costs tries; a refused touch signs nothing', async () => {
  const key = await plugKey();
  const ssh = await SshKeygen.withKey(WRONG_PIN);
  const options = ['resident', 'verify-required'];
  expect((await ssh.generate('ed25519-sk', options)).code).not.toBe(0);
  expect(stored(key)).toEqual([]);
  // OpenSSH tries a PIN twice: first it looks for a resident key that it would replace.
  expect(key.simulated.snapshot().pin.retries).toBe(6);
  await ssh.pinIs(PIN);
  expect(await ssh.generate('ed25519-sk', options)).toMatchObject({ code: 0 });
  await ssh.pinIs(WRONG_PIN);
  expect((await ssh.sign('id')).code).not.toBe(0);
  expect(key.simulated.snapshot().pin.retries).toBe(7);
  await ssh.pinIs(PIN);
  key.presence.next('refused');
  expect((await ssh.sign('id')).code).not.toBe(0);
  const signed = await ssh.sign('id');
  expect(signed, signed.errors).toMatchObject({ code: 0 });
  expect((await ssh.verify(MESSAGE)).code).toBe(0);
});
