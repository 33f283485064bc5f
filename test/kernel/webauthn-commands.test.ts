/** `latchkey webauthn` as people start it, with a key that every program sees: the built program, node-hid, hidraw and uhid of a real kernel. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtProgram, RunningProgram, runProgram } from '../support/program.js';
import { creationJson, PAGE, registered, requestJson, signedInWith } from '../support/site.js';
import { plugKey, PIN } from './support/key-on-uhid.js';
import { scratchFolder } from './support/program.js';
import { attached, eventually, systemBus } from './support/virtual-key.js';

const page = ['--origin', PAGE] as const;

test('create and get with a passkey on a key: responses that a site takes', async () => {
  const program = await builtProgram();
  await attached(systemBus(), 0);
  const { simulated } = await plugKey({ profile: '2.3', changes: { productName: 'Simulated token' } });
  const folder = await scratchFolder();
  const ceremony = async (kind: 'create' | 'get', options: string) => {
    const file = join(folder, `${kind}.json`);
    await writeFile(file, options);
    const argv = ['webauthn', kind, ...page, '--on', 'key', '--key', 'Simulated token', '--options', file];
    return runProgram(program, argv, { input: `${PIN}\n` });
  };

  const made = await ceremony('create', creationJson({ extensions: { credProps: true } }));
  expect(made).toMatchObject({ code: 0 });
  const passkey = await registered(made.out);
  expect(simulated.snapshot().credentials).toHaveLength(1);
  expect(JSON.parse(made.out)).toMatchObject({
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: { credProps: { rk: true } },
  });

  const used = await ceremony('get', requestJson());
  expect(used).toMatchObject({ code: 0 });
  await signedInWith(passkey, used.out);

  const again = await ceremony(
    'create',
    creationJson({ excludeCredentials: [{ type: 'public-key', id: passkey.credential.id }] }),
  );
  expect(again).toMatchObject({ code: 23, out: '' });
  const elsewhere = await ceremony('get', requestJson({ rpId: 'login.example.org' }));
  expect(elsewhere).toMatchObject({ code: 24, out: '' });
});

test('Ctrl-C while the key waits for its touch: the key stops waiting, and serves the next', async () => {
  const program = await builtProgram();
  await attached(systemBus(), 0);
  const { presence } = await plugKey({ pin: null, changes: { productName: 'Simulated token' } });
  const file = join(await scratchFolder(), 'create.json');
  await writeFile(file, creationJson({ authenticatorSelection: { userVerification: 'discouraged' } }));
  const argv = ['webauthn', 'create', ...page, '--key', 'Simulated token', '--options', file];
  presence.next('wait');
  const waiting = new RunningProgram(process.execPath, [program, ...argv]);
  try {
    await waiting.said('Touch “Simulated token” …');
    waiting.signal('SIGINT');
    expect(await waiting.ended).toMatchObject({ code: 20, out: '' });
  } finally {
    waiting.signal('SIGKILL');
  }
  await eventually('the key waits no more', async () => !presence.waiting);
  expect(await runProgram(program, argv)).toMatchObject({ code: 0 });
});
