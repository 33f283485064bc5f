/**
 * Every verb of libfido2's fido2-token on every kind of simulated key: which of them that kind can do, and what is true
 * of the key afterwards.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { profiles, type ProfileName } from '../../main/authenticator/configuration.js';
import type { KeyState } from '../../main/authenticator/key-state.js';
import { CLIENT_DATA_HASH } from '../support/platform.js';
import { PIN, plugKey, type KeyRecipe } from './support/key-on-uhid.js';
import { run, scratchFolder } from './support/program.js';
import { attached, systemBus, theKey } from './support/virtual-key.js';

const RP = 'login.example';
const NEW_PIN = '65432178';
// libfido2 1.12 cannot store what its compression makes longer.
const BLOB = 'a large blob '.repeat(20);

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

interface Verb {
  /** DEVICE and CREDENTIAL stand for the key's path and the passkey's ID; KEY, BLOB and GOTTEN are files. */
  readonly args: string;
  /** {@link PIN} when absent. */
  readonly pins?: readonly string[];
  /** What is there to see on the key, or in what the tool says, when it went well. */
  readonly effect?: (state: KeyState, lines: readonly string[]) => unknown;
}

/** In an order in which one key can go through all of them. Each `effect` is to be true. */
const verbs: Readonly<Record<string, Verb>> = {
  'is described': { args: '-I DEVICE', effect: (_, lines) => lines.length > 3 },
  'gets a PIN': { args: '-S DEVICE', pins: [PIN, PIN], effect: ({ pin }) => pin.hash !== undefined },
  'counts passkeys': {
    args: '-I -c DEVICE',
    effect: (_, lines) => lines[0] === 'existing rk(s): 1',
  },
  'lists sites': { args: '-L -r DEVICE', effect: (_, lines) => lines[0]?.endsWith(` ${RP}`) },
  'lists passkeys': {
    args: `-L -k ${RP} DEVICE`,
    effect: ({ credentials: [only] }, lines) => lines[0]?.includes(base64(only!.credential.id)),
  },
  'shows a passkey': {
    args: `-I -k ${RP} -i CREDENTIAL DEVICE`,
    effect: (_, lines) => lines[1] === '-----BEGIN PUBLIC KEY-----',
  },
  'edits a passkey': {
    args: `-S -c -i CREDENTIAL -k ${base64('user-1')} -n eva -p Eva DEVICE`,
    effect: ({ credentials: [only] }) =>
      only!.credential.user.name === 'eva' && only!.credential.user.displayName === 'Eva',
  },
  'keeps a blob by key': {
    args: '-S -b -k KEY BLOB DEVICE',
    effect: ({ largeBlobArray }) => largeBlobArray.length > 17,
  },
  'gives a blob by key': { args: '-G -b -k KEY GOTTEN DEVICE' },
  'forgets a blob by key': {
    args: '-D -b -k KEY DEVICE',
    effect: ({ largeBlobArray }) => largeBlobArray.length === 17,
  },
  'keeps a blob of a passkey': {
    args: `-S -b -n ${RP} BLOB DEVICE`,
    effect: ({ largeBlobArray }) => largeBlobArray.length > 17,
  },
  'gives a blob of a passkey': { args: `-G -b -n ${RP} GOTTEN DEVICE` },
  // Whose they are, 1.12 calls unknown, although the answers that it gets have the keys; by -G it finds them with the same ones.
  'lists blobs': { args: '-L -b DEVICE', effect: (_, lines) => lines[1]?.startsWith('00: ') },
  'forgets a blob of a passkey': {
    args: `-D -b -n ${RP} DEVICE`,
    effect: ({ largeBlobArray }) => largeBlobArray.length === 17,
  },
  'deletes a passkey': {
    args: '-D -i CREDENTIAL DEVICE',
    effect: ({ credentials }) => credentials.length === 0,
  },
  'enrols a finger': { args: '-S -e DEVICE', effect: ({ templates }) => templates.length === 1 },
  'names a finger': {
    args: '-S -e -i FINGER -n thumb DEVICE',
    effect: ({ templates }) => templates[0]?.friendlyName === 'thumb',
  },
  'lists fingers': { args: '-L -e DEVICE', effect: (_, lines) => lines[0]?.endsWith(' thumb') },
  'forgets a finger': { args: '-D -e -i FINGER DEVICE', effect: ({ templates }) => templates.length === 0 },
  'allows enterprise attestation': {
    args: '-S -a DEVICE',
    effect: ({ policy }) => policy.enterpriseAttestation,
  },
  'always verifies': { args: '-S -u DEVICE', effect: ({ policy }) => policy.alwaysUv },
  'verifies on demand': { args: '-D -u DEVICE', effect: ({ policy }) => !policy.alwaysUv },
  'wants a longer PIN': { args: '-S -l 6 DEVICE', effect: ({ policy }) => policy.minPinLength === 6 },
  'tells a site so': {
    args: `-S -m ${RP} DEVICE`,
    effect: ({ policy }) => policy.minPinLengthRpIds.join() === RP,
  },
  'wants another PIN': { args: '-S -f DEVICE', effect: ({ pin }) => pin.forceChange },
  'gets another PIN': {
    args: '-C DEVICE',
    pins: [PIN, NEW_PIN, NEW_PIN],
    effect: ({ pin }) => pin.codePoints === 8 && !pin.forceChange,
  },
  'is reset': { args: '-R DEVICE', pins: [], effect: ({ pin }) => pin.hash === undefined },
};

const pins = ['is described', 'gets a PIN', 'gets another PIN', 'is reset'];
const passkeys = ['counts passkeys', 'lists sites', 'lists passkeys', 'shows a passkey', 'deletes a passkey'];
const fingers = ['enrols a finger', 'names a finger', 'lists fingers', 'forgets a finger'];
const blobs = ['keeps a blob by key', 'gives a blob by key', 'forgets a blob by key'];
const policies = [
  ...['allows enterprise attestation', 'always verifies', 'verifies on demand'],
  ...['wants a longer PIN', 'tells a site so', 'wants another PIN'],
];

/** As keys are sold today: final commands under the numbers of the preview too. libfido2 1.12 sends no others. */
const asSold = { credentialManagement: 'both', bioEnrollment: 'both' } as const;

test.each<readonly [string, ProfileName, KeyRecipe['changes'], readonly string[]]>([
  ['U2F key', 'u2f', {}, ['is described']],
  ['2.0 key', '2.0', {}, pins],
  // The preview command has no update.
  ['2.1 preview key', '2.1-preview', {}, [...pins, ...passkeys, ...fingers]],
  // Its blobs are found by key alone: for those of a passkey the tool asks credential management.
  ['2.1 key with final commands only', '2.1', {}, [...pins, ...blobs, ...policies]],
  ['2.3 key with final commands only', '2.3', {}, [...pins, ...blobs, ...policies]],
  ['fingerprint key as they are sold', 'fingerprint', asSold, Object.keys(verbs)],
])('fido2-token and a %s', async (_, profile, changes, able) => {
  const key = await plugKey({ profile, changes: changes ?? {}, pin: null });
  const { path } = await theKey(systemBus());
  const folder = await scratchFolder();
  await writeFile(join(folder, 'KEY'), `${base64(new Uint8Array(32).fill(5))}\n`);
  await writeFile(join(folder, 'BLOB'), BLOB);
  const done: string[] = [];
  for (const [verb, { args, pins = [PIN], effect }] of Object.entries(verbs)) {
    if (verb === 'counts passkeys' && able.includes('gets a PIN')) {
      const request = [base64(CLIENT_DATA_HASH), RP, 'ada', base64('user-1')];
      const blob = profiles[profile].extensions.includes('largeBlobKey') ? ['-b'] : [];
      await writeFile(join(folder, 'request'), `${request.join('\n')}\n`);
      const make = ['-M', '-r', ...blob, '-i', 'request', path];
      const made = await run('fido2-cred', make, { input: [PIN], folder });
      expect(made, made.errors).toMatchObject({ code: 0 });
    }
    if (verb === 'is reset') {
      // Only a key that was just plugged in lets itself be reset.
      await key.unplug();
      await attached(systemBus(), 0);
      await key.plug();
      await theKey(systemBus());
    }
    const before = key.simulated.snapshot();
    const names: Readonly<Record<string, string>> = {
      DEVICE: path,
      CREDENTIAL: base64(before.credentials[0]?.credential.id ?? 'none'),
      FINGER: base64(before.templates[0]?.id ?? 'none'),
    };
    const words = args.split(' ').map((word) => names[word] ?? word);
    const verdict = await run('fido2-token', words, { input: pins, folder });
    expect.soft(verdict.code, `${verb}: ${verdict.errors}`).toBe(able.includes(verb) ? 0 : 1);
    if (verdict.code !== 0) continue;
    done.push(verb);
    const said = `${verb}: ${verdict.lines.join(' | ')}`;
    if (effect) expect.soft(effect(key.simulated.snapshot(), verdict.lines), said).toBe(true);
    if (words.includes('GOTTEN')) {
      expect.soft(await readFile(join(folder, 'GOTTEN'), 'utf8'), verb).toBe(BLOB);
      await writeFile(join(folder, 'GOTTEN'), '');
    }
  }
  expect(done.sort()).toEqual([...able].sort());
});
