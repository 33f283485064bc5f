/** Our udev rule, read by the real udevd. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NodeHidBus } from '../../native/hid/node-hid-bus.js';
import { UDEV_RULE, UDEV_RULE_PATH } from '../../native/hid/udev-rule.js';
import { identity } from './support/identity.js';
import { attached, eventually, pause, plugIn, systemBus } from './support/virtual-key.js';

const systemsRule = '/etc/udev/rules.d/60-fido-id.rules';

/** Only in the VM: on somebody's own machine the rules are theirs. */
describe.runIf(process.env['LATCHKEY_VM'])('the udev rule', () => {
  beforeAll(() => {
    mkdirSync('/etc/udev/rules.d', { recursive: true });
    const daemon = ['/usr/lib/systemd/systemd-udevd', '/lib/systemd/systemd-udevd'].find((path) =>
      existsSync(path),
    );
    execFileSync(daemon!, ['--daemon']);
  });
  afterAll(() => {
    rmSync(UDEV_RULE_PATH, { force: true });
    rmSync(systemsRule, { force: true });
    execFileSync('udevadm', ['control', '--exit']);
  });

  function useRules(rules: { readonly ours: boolean; readonly systems: boolean }): void {
    rmSync(UDEV_RULE_PATH, { force: true });
    rmSync(systemsRule, { force: true });
    if (rules.ours) writeFileSync(UDEV_RULE_PATH, UDEV_RULE);
    // A link to /dev/null of the same name masks a rule of the system.
    if (!rules.systems) symlinkSync('/dev/null', systemsRule);
    execFileSync('udevadm', ['control', '--reload']);
  }

  /** What udev has on record about a new device of that descriptor. */
  async function recordOf(reportDescriptor: Uint8Array): Promise<string> {
    await plugIn({ reportDescriptor });
    await eventually('the node', () => existsSync('/dev/hidraw0'));
    await pause(300); // a device about which the rules say nothing leaves no record that one could wait for
    execFileSync('udevadm', ['settle']);
    return execFileSync('udevadm', ['info', '/dev/hidraw0'], { encoding: 'utf8' });
  }

  const vendorDefined = Uint8Array.from(identity.reportDescriptor);
  vendorDefined.set([0x06, 0x00, 0xff]);

  test('gives access where systemd has found the FIDO token', async () => {
    useRules({ ours: true, systems: true });
    const record = await recordOf(identity.reportDescriptor);
    expect(record).toContain('ID_FIDO_TOKEN=1');
    expect(record).toMatch(/TAGS=.*:uaccess:/);
  });

  test('finds FIDO tokens by itself where nothing of systemd does', async () => {
    useRules({ ours: true, systems: false });
    const record = await recordOf(identity.reportDescriptor);
    expect(record).not.toContain('ID_FIDO_TOKEN');
    expect(record).toMatch(/TAGS=.*:uaccess:/);
  });

  test('is what gives it there', async () => {
    useRules({ ours: false, systems: false });
    expect(await recordOf(identity.reportDescriptor)).not.toContain(':uaccess:');
  });

  test('gives no access to other HID devices', async () => {
    useRules({ ours: true, systems: true });
    expect(await recordOf(vendorDefined)).not.toContain(':uaccess:');
  });

  test('the watching bus hears of a key through the records of udev, without polling', async () => {
    useRules({ ours: true, systems: true });
    await attached(systemBus(), 0);
    const bus = new NodeHidBus({ clock: { now: () => performance.now(), after: () => () => undefined } });
    const lists: number[] = [];
    const stop = bus.watch((devices) => lists.push(devices.length));
    await eventually('the first list', () => lists.length === 1);
    const { device } = await plugIn();
    await eventually('the coming', () => lists.length === 2);
    await device.destroy();
    await eventually('the going', () => lists.length === 3);
    stop();
    expect(lists).toEqual([0, 1, 0]);
  });
});
