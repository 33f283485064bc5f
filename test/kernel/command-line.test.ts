/** `latchkey soft-key --uhid` makes a key that other programs see, and `latchkey` reads it as they do, through hidraw. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { builtProgram, RunningProgram, runProgram } from '../support/program.js';
import { eventually, systemBus } from './support/virtual-key.js';

test('a simulated key for every program, from plugging in to Ctrl-C', async () => {
  const program = await builtProgram();
  const argv = ['soft-key', '--uhid', '--profile', '2.3', '--name', 'Simulated outsider'];
  const served = new RunningProgram(process.execPath, [
    program,
    ...argv,
    '--passkeys',
    '2',
    '--pin-from-stdin',
  ]);
  try {
    served.type('4711\n');
    await served.said('Simulated outsider is plugged in.');
    await eventually('its hidraw is there', async () => (await systemBus().list()).length === 1);

    const [device] = await systemBus().list();
    const info = spawnSync('fido2-token', ['-I', device?.path ?? ''], { encoding: 'utf8' });
    expect(info.stdout).toMatch(/^version strings: .*FIDO_2_3/m);

    const listed = await runProgram(program, ['list', '--json'], { input: '4711\n' });
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(listed.out)).toMatchObject([
      { where: 'Simulated outsider', rpId: 'sample-1.example' },
      { where: 'Simulated outsider', rpId: 'sample-1.example' },
    ]);
    const touched = await runProgram(program, ['touch', '--json']);
    expect(JSON.parse(touched.out)).toMatchObject({ name: 'Simulated outsider', simulated: true });

    served.signal('SIGINT');
    expect((await served.ended).code).toBe(130);
    await eventually('its hidraw is gone', async () => (await systemBus().list()).length === 0);
    expect(JSON.parse((await runProgram(program, ['keys', '--json'])).out)).toEqual([]);
  } finally {
    served.signal('SIGKILL');
  }
});
