/** Fingers where the conformance cases cannot look: what is durable, and which command byte enrols. */
import { describe, expect, it } from 'vitest';
import { configure } from '../../main/authenticator/configuration';
import { newKeyState, type KeyState } from '../../main/authenticator/key-state';
import { withFingers } from '../../main/authenticator/provision';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { BioEnrollmentSubcommand as Sub, SampleStatus } from '../../main/ctap/commands/bio-enrollment';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import { Permission } from '../../main/ctap/pin-protocol';
import { bio, option } from '../conformance/fingers';
import { settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';
import { nameOf, PIN, rig, statusOf, type Rig, type RigOptions } from '../support/simulated-rig';

const enrolled = (state: KeyState): KeyState => withFingers(state, [{ friendlyName: 'thumb' }]);

function keyWithSensor(options: RigOptions = {}): Promise<Rig> {
  return rig({ profile: 'fingerprint', state: enrolled, ...options });
}

async function askForToken({ api, platform }: Rig): Promise<string> {
  const { keyAgreement } = await platform.agree();
  return statusOf(
    api.clientPin({
      pinUvAuthProtocol: platform.protocol.version,
      subCommand: ClientPinSubcommand.GET_TOKEN_USING_UV,
      keyAgreement,
      permissions: Permission.CM,
    }),
  );
}

async function enrollingToken({
  platform,
}: Rig): Promise<Pick<PinUvAuthToken, 'protocolVersion' | 'authenticate'>> {
  const { protocol, value } = await platform.token(PIN, Permission.BE);
  return {
    protocolVersion: protocol.version,
    authenticate: (message) => protocol.authenticate(value, message),
  };
}

async function retriesOf({ api }: Rig): Promise<number | undefined> {
  return (await api.clientPin({ subCommand: ClientPinSubcommand.GET_UV_RETRIES })).uvRetries;
}

describe('a try of the sensor', () => {
  it('is gone before the finger is compared: cutting the power saves none', async () => {
    const bench = await keyWithSensor();
    bench.presence.fingers.next('wait');
    const asked = askForToken(bench);
    await settled();
    expect(bench.presence.fingers.waiting).toBe(true);
    expect(await retriesOf(await bench.restart())).toBe(2);
    bench.key.powerCycle();
    expect(await asked).toBe('KEEPALIVE_CANCEL');
    expect(await retriesOf(bench)).toBe(2);
    expect(await retriesOf(await bench.restart())).toBe(2);
  });

  it('comes back, durably, with the right finger, with the PIN, and when nothing was compared', async () => {
    const bench = await keyWithSensor({ pin: PIN });
    const seen: (number | undefined)[] = [];
    const look = async (): Promise<unknown> => seen.push(await retriesOf(await bench.restart()));
    bench.presence.fingers.next('no-match', 'refused', 'timed-out', 'verified', 'no-match');
    for (let count = 0; count < 5; count++) {
      await askForToken(bench);
      await look();
    }
    await bench.platform.token(PIN, Permission.CM);
    await look();
    expect(seen).toEqual([2, 2, 2, 3, 2, 3]);
  });

  it('is lost with a wrong PIN neither, nor won', async () => {
    const bench = await keyWithSensor({ pin: PIN });
    bench.presence.fingers.next('no-match');
    await askForToken(bench);
    expect(await statusOf(bench.platform.token('0000', Permission.CM))).toBe('PIN_INVALID');
    expect(await retriesOf(bench)).toBe(2);
  });

  it('that cannot be written down is not made', async () => {
    const bench = await keyWithSensor();
    bench.file.failure = 'full';
    await expect(askForToken(bench)).rejects.toThrow('no room');
    expect(bench.presence.fingers.requests).toHaveLength(0);
  });
});

describe('time', () => {
  it.each([
    ['none set by the platform', undefined, 'USER_ACTION_TIMEOUT'],
    ['the platform’s is longer than the key’s', 600_000, 'NO_USER_ACTIVITY'],
  ] as const)('a sample is waited for no longer than the key waits: %s', async (_, time, outcome) => {
    const bench = await rig({ profile: 'fingerprint', pin: PIN });
    const token = await enrollingToken(bench);
    bench.presence.samples.next('wait');
    const params = time === undefined ? undefined : { timeoutMilliseconds: time };
    const told = bio(bench, token, Sub.ENROLL_BEGIN, params).then(
      ({ lastEnrollSampleStatus }) =>
        lastEnrollSampleStatus === SampleStatus.NO_USER_ACTIVITY ? 'NO_USER_ACTIVITY' : 'another status',
      (error: unknown) => statusOf(Promise.reject(error as Error)),
    );
    await bench.clock.advance(29_999);
    expect(bench.presence.samples.waiting).toBe(true);
    await bench.clock.advance(1);
    expect(await told).toBe(outcome);
    expect(bench.presence.samples.waiting).toBe(false);
  });

  it('a finger that is not laid on in 30 seconds is a time-out that costs nothing', async () => {
    const bench = await keyWithSensor();
    bench.presence.fingers.next('wait');
    const asked = askForToken(bench);
    await bench.clock.advance(30_000);
    expect(await asked).toBe('USER_ACTION_TIMEOUT');
    expect(await retriesOf(await bench.restart())).toBe(3);
  });
});

describe('an enrolled finger', () => {
  it('is kept from its last sample on, and its name from when it is given', async () => {
    const configuration = { samplesToEnroll: 2 };
    const bench = await rig({ profile: 'fingerprint', pin: PIN, configuration });
    const token = await enrollingToken(bench);
    const kept = async (): Promise<unknown> => (await bench.restart()).key.snapshot().templates;
    const { templateId } = await bio(bench, token, Sub.ENROLL_BEGIN);
    expect(await kept()).toEqual([]);
    await bio(bench, token, Sub.ENROLL_CAPTURE_NEXT_SAMPLE, { templateId });
    expect(await kept()).toEqual([{ id: templateId }]);
    await bio(bench, token, Sub.SET_FRIENDLY_NAME, { templateId, templateFriendlyName: '拇指 👍' });
    expect(await kept()).toEqual([{ id: templateId, friendlyName: '拇指 👍' }]);
    bench.file.failure = 'full';
    await expect(bio(bench, token, Sub.REMOVE_ENROLLMENT, { templateId })).rejects.toThrow('no room');
    expect(await option(bench, 'uv')).toBe(true);
  });
});

describe('the command byte', () => {
  it.each([
    ['final', 'OK', 'INVALID_COMMAND'],
    ['preview', 'INVALID_COMMAND', 'OK'],
    ['both', 'OK', 'OK'],
    ['none', 'INVALID_COMMAND', 'INVALID_COMMAND'],
  ] as const)('%s', async (bioEnrollment, final, preview) => {
    const { key } = await rig({ configuration: { builtInUv: true, bioEnrollment } });
    const getModality = [0xa1, 0x06, 0xf5];
    expect(nameOf((await key.handle(Uint8Array.of(0x09, ...getModality)))[0])).toBe(final);
    expect(nameOf((await key.handle(Uint8Array.of(0x40, ...getModality)))[0])).toBe(preview);
  });
});

describe('provisioning', () => {
  it('a key without a sensor knows no fingers', () => {
    const state = newKeyState(configure('2.1'), new SeededRandom());
    expect(() => enrolled(state)).toThrow(RangeError);
  });

  it('fingers are told apart, however often some are added', () => {
    const state = newKeyState(configure('fingerprint'), new SeededRandom());
    const ids = withFingers(enrolled(state), [{}, { friendlyName: 'toe' }]).templates.map(({ id }) =>
      id.join(),
    );
    expect(new Set(ids).size).toBe(3);
  });
});
