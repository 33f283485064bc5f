/** What docs/command-line.md says about JSON and exit codes holds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { exitCodeMeanings, exitCodes } from '../../main/cli/failure';
import { JSON_VERSION } from '../../main/cli/json-version';
import { CommandLineBench, deviceHome } from '../support/command-line';
import { PIN } from '../support/desk';
import { memoryVault, PIN as DEVICE_PIN } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

const documentation = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'latchkey-shapes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shapes = new Map(
  [...documentation.matchAll(/<!-- shape: (\S+) -->\s+```json\n(.*?)```/gs)].map(
    ([, name = '', json = '']) => [name, JSON.parse(json) as unknown] as const,
  ),
);

/** `exact`: nothing more may be there; otherwise the example shows only a part of each object. */
type Completeness = 'exact' | 'part';

/** Where `actual` is not like `example`: other members, other types. Null fits everything, for a value may be unknown. */
function differences(
  example: unknown,
  actual: unknown,
  completeness: Completeness,
  at = '$',
): readonly string[] {
  if (example === null || actual === null) return [];
  if (kindOf(example) !== kindOf(actual)) return [`${at} is ${kindOf(actual)}, not ${kindOf(example)}`];
  if (Array.isArray(example) && Array.isArray(actual))
    return example.length === 0 || actual.length === 0
      ? []
      : differences(example[0], actual[0], completeness, `${at}[0]`);
  if (typeof example !== 'object' || typeof actual !== 'object') return [];
  const members = new Map(Object.entries(actual));
  return [
    ...Object.entries(example).flatMap(([name, value]) =>
      members.has(name)
        ? differences(value, members.get(name), completeness, `${at}.${name}`)
        : [`${at}.${name} is missing`],
    ),
    ...(completeness === 'exact'
      ? [...members.keys()]
          .filter((name) => !Object.hasOwn(example, name))
          .map((name) => `${at}.${name} is not documented`)
      : []),
  ];
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'an array' : typeof value;
}

let bench: CommandLineBench;
beforeEach(async () => {
  bench = new CommandLineBench();
});

const withPasskey = (): Promise<unknown> =>
  bench.plug({
    passkeys: [
      { rpId: 'github.com', rpName: 'GitHub', userName: 'ada', displayName: 'Ada', largeBlob: true },
    ],
  });
const withDevice = async (): Promise<void> => {
  const { vault, clock } = memoryVault();
  bench.device = deviceHome({ vault, clock, random: new SeededRandom() });
  await bench.json(['device', 'set-up'], [DEVICE_PIN]);
  await bench.json(['device', 'add-test', 'github.com'], [DEVICE_PIN]);
};
const withSensor = (): Promise<unknown> =>
  bench.plug({ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] });
const id = async (): Promise<string> => {
  const [listed] = await bench.json<readonly { readonly credentialId: string }[]>(['list'], [PIN]);
  return listed?.credentialId ?? '';
};
const optionsFile = join(folder, 'options.json');
const ceremony = (kind: 'create' | 'get'): Promise<unknown> => {
  writeFileSync(optionsFile, JSON.stringify(siteOptions[kind]));
  const page = ['--origin', 'https://example.org', '--options', optionsFile];
  return bench.json(['--soft-key', 'demo', 'webauthn', kind, ...page], [PIN]);
};
const challenge = 'Y2hhbGxlbmdl';
const siteOptions = {
  create: {
    rp: { name: 'Example' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge,
    pubKeyCredParams: [],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    extensions: { credProps: true },
  },
  get: { challenge, userVerification: 'required' },
};
const blobFile = join(folder, 'blob');
writeFileSync(blobFile, 'hello');

const checked: readonly (readonly [shape: string, Completeness, () => Promise<unknown>])[] = [
  ['keys', 'exact', async () => (await withPasskey(), bench.json(['keys']))],
  ['udev-rule', 'exact', async () => bench.json(['keys', '--udev-rule'])],
  ['keys-info', 'part', async () => (await withPasskey(), bench.json(['keys', 'info']))],
  ['list', 'exact', async () => (await withPasskey(), bench.json(['list'], [PIN]))],
  ['show', 'exact', async () => (await withPasskey(), bench.json(['show', await id()], [PIN]))],
  ['delete', 'part', async () => (await withPasskey(), bench.json(['delete', '-y', await id()], [PIN]))],
  ['edit', 'part', async () => (await withPasskey(), bench.json(['edit', await id(), '--name', 'x'], [PIN]))],
  ['pin', 'exact', async () => (await withPasskey(), bench.json(['pin', 'change'], [PIN, '4711']))],
  ['touch', 'exact', async () => (await withPasskey(), bench.json(['touch']))],
  [
    'fingerprints-list',
    'exact',
    async () => (await withSensor(), bench.json(['fingerprints', 'list'], [PIN])),
  ],
  [
    'fingerprint',
    'exact',
    async () => (await withSensor(), bench.json(['fingerprints', 'rename', 'thumb', 'x'], [PIN])),
  ],
  ['config', 'exact', async () => (await withPasskey(), bench.json(['config']))],
  [
    'config-change',
    'part',
    async () => (await withPasskey(), bench.json(['config', 'always-uv', 'on'], [PIN])),
  ],
  [
    'blobs-set',
    'exact',
    async () => (await withPasskey(), bench.json(['blobs', 'set', await id(), blobFile, '-y'], [PIN])),
  ],
  [
    'blobs-get',
    'exact',
    async () => {
      await withPasskey();
      await bench.json(['blobs', 'set', await id(), blobFile, '-y'], [PIN]);
      return bench.json(['blobs', 'get', await id()], [PIN]);
    },
  ],
  [
    'blobs-list',
    'exact',
    async () => {
      await withPasskey();
      await bench.json(['blobs', 'set', await id(), blobFile, '-y'], [PIN]);
      return bench.json(['blobs', 'list'], [PIN]);
    },
  ],
  ['list-device', 'exact', async () => (await withDevice(), bench.json(['list']))],
  ['device-status', 'exact', async () => (await withDevice(), bench.json(['device', 'status']))],
  [
    'device-recovery-key',
    'exact',
    async () => (await withDevice(), bench.json(['device', 'recovery-key'], [DEVICE_PIN])),
  ],
  [
    'device-deleted',
    'part',
    async () => {
      await withDevice();
      await bench.json(['delete', '--filter', 'github', '--yes']);
      return bench.json(['device', 'deleted', 'list']);
    },
  ],
  ['device-previous', 'exact', async () => (await withDevice(), bench.json(['device', 'previous']))],
  [
    'device-outcome',
    'exact',
    async () => (await withDevice(), bench.json(['device', 'pin', 'change'], [DEVICE_PIN, '620481'])),
  ],
  ['webauthn-create', 'exact', async () => (await bench.plug(), ceremony('create'))],
  [
    'webauthn-get',
    'exact',
    async () => {
      await bench.plug();
      await ceremony('create');
      return ceremony('get');
    },
  ],
  ['profiles', 'exact', async () => bench.json(['soft-key', '--list-profiles'])],
  ['completion', 'exact', async () => bench.json(['completion', 'bash'])],
  [
    'error',
    'exact',
    async () => {
      await withPasskey();
      return JSON.parse((await bench.run(['list', '--json'], { input: ['000000'] })).err) as unknown;
    },
  ],
];

it.each(checked)('%s', async (shape, completeness, make) => {
  expect(differences(shapes.get(shape), await make(), completeness)).toEqual([]);
});

it('every documented shape is checked, here or with the real program', () => {
  const elsewhere = ['version', 'reset', 'soft-key'];
  expect([...shapes.keys()].sort()).toEqual([...checked.map(([shape]) => shape), ...elsewhere].sort());
});

it('the version of the shapes is the documented one', () => {
  expect(documentation).toContain(`This is **version ${JSON_VERSION}** of all shapes`);
});

it('every code is documented with its exit code', () => {
  const table = /<!-- codes -->(.*)<!-- \/codes -->/s.exec(documentation)?.[1] ?? '';
  const documented = [...table.matchAll(/^\| (\d+) +\| (.*?) *\|$/gm)].flatMap(([, exitCode, codes = '']) =>
    [...codes.matchAll(/`([\w-]+)`/g)].map(([, code]) => [code, Number(exitCode)] as const),
  );
  expect(Object.fromEntries(documented)).toEqual(exitCodes);
});

it('every exit code is documented, and in --help', async () => {
  const { out } = await bench.run(['--help']);
  for (const [code, meaning] of Object.entries(exitCodeMeanings)) {
    expect(documentation).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
    expect(out).toContain(meaning);
  }
});

it('every verb is documented', async () => {
  const { out } = await bench.run(['--help']);
  const verbs = [...(out.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z][a-z-]+)/gm)].map(
    ([, verb]) => verb,
  );
  expect(verbs).toContain('list');
  for (const verb of verbs.filter((each) => each !== 'help'))
    expect(documentation).toMatch(new RegExp(`\`${verb}[ \`]`));
});
