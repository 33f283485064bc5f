/** `latchkey webauthn create` and `get`, without an app: which keys serve, and this device among them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { deviceHome } from '../support/command-line';
import { PIN } from '../support/desk';
import { memoryVault, PIN as DEVICE_PIN } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { made, notRunning, WebAuthnBench } from '../support/webauthn-command-line';

let bench: WebAuthnBench;
beforeEach(() => {
  bench = new WebAuthnBench();
});

describe('which keys serve', () => {
  it('a simulated key of another program does not, unless it is named', async () => {
    await bench.plugNamed('outsider');
    const unnamed = await bench.byProgram('create', [PIN], ['--on', 'key']);
    expect(unnamed.code).toBe(3);
    expect(unnamed.err).toContain(
      'Simulated outsider is a simulated key: it serves sites only when --key names it.',
    );
    await made(bench.byProgram('create', [PIN], ['--key', 'outsider']));
  });

  it('only the one that --key names', async () => {
    const one = await bench.plugNamed('one');
    const two = await bench.plugNamed('two');
    await made(bench.byProgram('create', [PIN], ['--key', 'Simulated two']));
    const kept = [one, two].map(({ simulated }) => simulated.snapshot().credentials.length);
    expect(kept).toEqual([0, 1]);
    expect(await bench.byProgram('create', [PIN], ['--key', 'three'])).toMatchObject({
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
    await made(bench.byProgram('create', [PIN]));
    expect(asked).toBe(0);
    expect(vault.situation).toEqual({ is: 'closed' });
  });

  it('this device by its name, as by --on device', async () => {
    await bench.withDevice();
    await made(bench.byProgram('create', [DEVICE_PIN], ['--key', 'this device']));
    expect(
      await bench.byProgram('create', [DEVICE_PIN], ['--key', 'this device', '--on', 'key']),
    ).toMatchObject({
      code: 2,
      err: expect.stringContaining('contradict each other') as string,
    });
  });

  it('this device that is not set up yet is a next step, and nothing is made in its folder', async () => {
    const { vault, clock } = memoryVault();
    bench.device = deviceHome({ vault, clock, random: new SeededRandom(), exists: () => false });
    expect(await bench.byProgram('create', [DEVICE_PIN], ['--on', 'device'])).toMatchObject({
      code: 24,
      err: 'NotAllowedError: No passkeys are kept on this device yet. `latchkey device set-up` prepares it.\n',
    });
    await vault.close();
    await bench.byProgram('get', [], []);
    expect(vault.situation).toEqual({ is: 'closed' });
  });
});
