/** koffi and a real library: loaded by its path, called beside the main thread, cancelled while it blocks. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindLibrary, loadWebAuthnDll } from '../../../native/webauthn-dll/library';
import { WebAuthnDll } from '../../../native/webauthn-dll/webauthn-dll';
import { SystemClock } from '../../../native/clock';
import { ManualClock } from '../../support/manual-clock';
import { getting, making, never } from './dll-bench';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;

it('on another system there is none, and nobody gets more than that', async () => {
  await expect(loadWebAuthnDll('/nowhere')).rejects.toThrow();
  const keys = new WebAuthnDll({
    clock: new ManualClock(),
    load: () => loadWebAuthnDll('/nowhere'),
    window: () => undefined,
  });
  expect(await keys.available()).toBe(false);
});

describe.runIf(hasCompiler && process.platform === 'linux')('a library with these functions', () => {
  let folder: string;
  let path: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-webauthn-'));
    path = join(folder, 'webauthn.so');
    const source = join(import.meta.dirname, 'stand-in.c');
    execFileSync('cc', [
      '-std=c11',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-shared',
      '-fPIC',
      '-pthread',
      '-o',
      path,
      source,
    ]);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function adapter(): WebAuthnDll {
    return new WebAuthnDll({
      clock: new SystemClock(),
      load: async () => ({ koffi, library: bindLibrary(koffi, path, path) }),
      window: () => undefined,
    });
  }

  it('is available, and answers from its own memory', async () => {
    const keys = adapter();
    expect(await keys.available()).toBe(true);
    const asked = { ...getting, rpId: 'e.org' };
    expect(await keys.getAssertion(asked, never)).toEqual({
      credentialId: Uint8Array.of(7, 8),
      authenticatorData: Uint8Array.from([1, ...new Uint8Array(36)]),
      signature: Uint8Array.of(1, 2, 3),
      userHandle: Uint8Array.of(9),
      largeBlobWritten: false,
    });
    expect(koffi.load(path).func('int32_t freed_assertions()')()).toBe(1);
  });

  it('says in its own words what failed', async () => {
    const asked = { ...getting, rpId: 'other.org' };
    const failing = adapter().getAssertion(asked, never);
    await expect(failing).rejects.toMatchObject({
      code: 'not-found',
      message: 'webauthn.dll answered 0x80090011 (NotAllowedError)',
    });
  });

  it('blocks, and nobody else with it, until it is cancelled', async () => {
    const open = koffi.load(path).func('int32_t dialogs_open()');
    const controller = new AbortController();
    const result = adapter().makeCredential(making, controller.signal);
    result.catch(() => undefined);
    // It opens on its own thread, when that comes round to it.
    await expect.poll(() => open() as number).toBe(1);
    controller.abort(new Error('the site waits no longer'));
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(open()).toBe(0);
  });

  it('cancelled before the dialog is open, it is closed as soon as it is', async () => {
    const controller = new AbortController();
    const result = adapter().makeCredential(making, controller.signal);
    queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => controller.abort())));
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  });
});
