/** `soft-key --uhid`, with a kernel that is only here; the real one is in test/kernel/command-line.test.ts. */
import { expect, it } from 'vitest';
import { SecurityKey } from '../../main/client/security-key';
import { CommandFailure } from '../../main/cli/failure';
import type { HidBus, HidDeviceInfo, HidListener, Uhid, UhidIdentity } from '../../native/ports';
import { HidError } from '../../native/hid-failure';
import { CommandLineBench } from '../support/command-line';
import { MemoryFile } from '../support/memory-file';

/** One device at a time, which a host opens as {@link HidBus}. */
class LoopbackUhid implements Uhid {
  identity: UhidIdentity | undefined;
  #toKey: ((report: Uint8Array) => void) | undefined;
  #host: HidListener | undefined;

  create: Uhid['create'] = async (identity, { onReport }) => {
    this.identity = identity;
    this.#toKey = onReport;
    return {
      send: async (report) => this.#host?.onReport(report),
      destroy: async () => {
        this.identity = undefined;
      },
    };
  };

  readonly bus: HidBus = {
    list: async () => [],
    watch: () => () => undefined,
    open: async (_device, listener) => {
      this.#host = listener;
      return { write: async (report) => this.#toKey?.(report), close: async () => undefined };
    },
  };
}

const device: HidDeviceInfo = {
  path: 'loopback',
  attachment: 'loopback',
  vendorId: 0x1209,
  productId: 1,
  manufacturer: '',
  product: '',
  serial: '',
  simulated: true,
};

function served(uhid: Uhid) {
  const bench = new CommandLineBench();
  const { clock, random } = bench;
  bench.workshop = { clock, random, uhid, openFile: (path) => new MemoryFile(path) };
  return bench;
}

it('plugs a key in until Ctrl-C, which other programs can use', async () => {
  const uhid = new LoopbackUhid();
  const bench = served(uhid);
  const interruption = new AbortController();
  const running = bench.run(['soft-key', '--uhid', '--profile', '2.3', '--name', 'Simulated loop'], {
    signal: interruption.signal,
  });
  await expect.poll(() => uhid.identity?.name).toBe('Simulated loop');
  const key = await SecurityKey.open(uhid.bus, device, bench);
  expect(key.info?.versions).toContain('FIDO_2_3');
  await key.api.selection();
  await key.close();
  interruption.abort(new CommandFailure('interrupted', 'Cancelled.'));
  const { code, out } = await running;
  expect({ code, out }).toEqual({ code: 130, out: 'Simulated loop is plugged in. Ctrl-C takes it out.\n' });
  expect(uhid.identity).toBeUndefined();
});

it('with --touch ask, Enter is a touch, and whose it is is said', async () => {
  const uhid = new LoopbackUhid();
  const bench = served(uhid);
  const interruption = new AbortController();
  let pressEnter = (): void => undefined;
  const enter = new Promise<string>((resolve) => (pressEnter = () => resolve('')));
  const running = bench.run(['soft-key', '--uhid', '--touch', 'ask'], {
    input: [enter],
    interactive: true,
    signal: interruption.signal,
  });
  await expect.poll(() => uhid.identity).toBeDefined();
  const key = await SecurityKey.open(uhid.bus, device, bench);
  let touched = false;
  const selection = key.api.selection().then(() => (touched = true));
  await expect.poll(() => bench.told).toContain('waits for a touch. Press Enter.');
  expect(touched).toBe(false);
  pressEnter();
  await selection;
  await key.close();
  interruption.abort(new CommandFailure('interrupted', 'Cancelled.'));
  expect(await running).toMatchObject({ code: 130 });
});

it.each([
  ['access-denied', 'You may not open it. Allow it like this.', 8],
  ['io', 'There is none. Load the module.', 6],
] as const)('passes on what to do when the kernel says no: %s', async (failure, message, exitCode) => {
  const bench = served({ create: () => Promise.reject(new HidError(failure, message)) });
  expect(await bench.run(['soft-key', '--uhid'])).toEqual({ code: exitCode, out: '', err: `${message}\n` });
});
