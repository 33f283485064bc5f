/** The call that the details of a passkey make for its bytes. */
import { expect, it } from 'vitest';
import * as v from 'valibot';
import { windowHandlers, type WindowHandlers } from '../../main/ipc/serve-window';
import { callArguments } from '../../preload/contract';
import { Desk, PIN } from '../support/desk';
import { DeviceDesk } from '../support/device-desk';
import { windowServices } from '../support/window-services';

/** The calls over an inventory; `desk` has this device. */
function windowOn(inventory: Desk['inventory'], desk = new DeviceDesk()): WindowHandlers {
  return windowHandlers(windowServices(desk, { inventory }));
}

async function withKey() {
  const desk = new Desk();
  const key = await desk.plug({
    passkeys: [
      { rpId: 'example.org', userId: Uint8Array.of(0, 255) },
      { rpId: 'example.com', userId: Uint8Array.of(1) },
    ],
  });
  await desk.inventory.unlock(desk.status().id, PIN);
  const listed = desk.inventory.passkeysOn(desk.status().id);
  const id = listed.find(({ credential }) => credential.rpId === 'example.org')!.id;
  return { desk, key, id, window: windowOn(desk.inventory) };
}

it('answers with the bytes of this passkey and no other, on a key', async () => {
  const { id, window, desk } = await withKey();
  const answer = await window.passkeyDetails(id);
  expect(answer).toEqual({
    ok: true,
    value: {
      userHandle: '00ff',
      credentialId: id.slice(desk.status().id.length + 1),
      rpIdHash: 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5',
      publicKey: expect.stringMatching(/^a501020326/) as unknown,
    },
  });
  expect(structuredClone(answer)).toEqual(answer);
  const other = desk.passkeyIds().find((each) => each !== id)!;
  expect(await window.passkeyDetails(other)).toMatchObject({ ok: true, value: { userHandle: '01' } });
});

it('answers with the bytes of a passkey of this device, and with nothing secret', async () => {
  const desk = new DeviceDesk();
  await desk.withPasskeys('a.example', 'example.org');
  const id = desk.id('example.org');
  const answer = await windowOn(desk.inventory, desk).passkeyDetails(id);
  expect(answer).toEqual({
    ok: true,
    value: {
      userHandle: '01',
      credentialId: id.slice('device:'.length),
      rpIdHash: 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5',
      publicKey: `a5010203262001215820${'00'.repeat(32)}225820${'00'.repeat(32)}`,
    },
  });
  for (const secret of desk.secrets) expect(JSON.stringify(answer)).not.toContain(secret);
});

it('says that a passkey is not listed any more: deleted, its key locked', async () => {
  const { id, window, desk } = await withKey();
  desk.inventory.lock(desk.status().id);
  expect(await window.passkeyDetails(id)).toMatchObject({
    ok: false,
    problem: { code: 'not-found', message: expect.stringMatching(/no longer in the list/) as unknown },
  });

  const device = new DeviceDesk();
  await device.withPasskeys('a.example');
  await device.place.deletePasskeys([device.id('a.example')]);
  expect(await windowOn(device.inventory, device).passkeyDetails(device.id('a.example'))).toMatchObject({
    ok: false,
    problem: { code: 'not-found', message: expect.stringMatching(/no longer on this device/) as unknown },
  });
});

it('says that the key was taken out', async () => {
  const { id, key, window, desk } = await withKey();
  desk.bus.unplug(key.soft);
  await desk.settle();
  expect(await window.passkeyDetails(id)).toMatchObject({ ok: false, problem: { code: 'unplugged' } });
});

it('takes an ID of a passkey and nothing else', () => {
  const accepts = (...args: readonly unknown[]): boolean =>
    v.safeParse(callArguments.passkeyDetails, args).success;
  expect(accepts('key-1:00ff')).toBe(true);
  for (const args of [[], [''], ['x'.repeat(4097)], [1], ['key-1:00', 'key-1:01'], [['key-1:00']]])
    expect(accepts(...args)).toBe(false);
});
