/** The fingerprints of simulated keys, by both generations of the command, and of keys that lie. */
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../../main/authenticator/configuration';
import {
  checkFingerprintName,
  FingerprintManager,
  hasSensor,
  readSensor,
  type EnrollmentProgress,
} from '../../main/client/fingerprints';
import type { Ctap2Api } from '../../main/ctap/api';
import {
  BioEnrollmentSubcommand as Sub,
  SampleStatus,
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
} from '../../main/ctap/commands/bio-enrollment';
import { CtapStatusError, ProtocolError, TransportError } from '../../main/ctap/errors';
import { Permission } from '../../main/ctap/pin-protocol';
import { Status, type StatusName } from '../../main/ctap/status';
import { settled } from '../support/manual-clock';
import { pluggedKey, withAnswers, type PluggedKey } from '../support/plugged-key';
import type { SoftKeyRecipe } from '../support/soft-key';

const status = (name: StatusName): object => ({ name: 'CtapStatusError', statusName: name });

async function managed(
  recipe: SoftKeyRecipe = {},
): Promise<PluggedKey & { readonly manager: FingerprintManager }> {
  const plugged = await pluggedKey({ profile: 'fingerprint', ...recipe });
  const token = await plugged.token(Permission.BE);
  return { ...plugged, manager: new FingerprintManager(plugged.api, plugged.info(), token) };
}

const templates = ({ soft }: PluggedKey): readonly unknown[] => soft.simulated.snapshot().templates;

describe.each(['fingerprint', '2.1-preview'] as const)('a key of profile %s', (profile: ProfileName) => {
  it('says what its sensor is like, before anybody proves anything', async () => {
    const { api, info } = await pluggedKey({ profile });
    expect(hasSensor(info())).toBe(true);
    expect(await readSensor(api, info())).toEqual({ kind: 'touch', maxSamples: 4, maxNameBytes: 64 });
  });

  it('lists nothing, enrols a finger, names it, and removes it again', async () => {
    const { manager, key } = await managed({ profile });
    expect(await manager.list()).toEqual({ fingerprints: [], flaws: [] });
    const { id, name } = await manager.enroll();
    expect(name).toBeUndefined();
    expect((await key.refreshInfo())?.options?.get('uv')).toBe(true);
    expect(await manager.rename(id, 'left thumb 👍')).toEqual({ id, name: 'left thumb 👍' });
    expect((await manager.list()).fingerprints).toEqual([{ id, name: 'left thumb 👍' }]);
    expect(await manager.remove(id)).toEqual({ outcome: 'removed' });
    expect((await manager.list()).fingerprints).toEqual([]);
  });
});

describe('enrolling', () => {
  it('tells what became of every touch, and how many are still needed', async () => {
    const { manager, soft } = await managed();
    soft.presence.samples.next('GOOD', 'TOO_SKEWED', 'NO_USER_ACTIVITY', 'GOOD');
    const seen: EnrollmentProgress[] = [];
    await manager.enroll({ onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([
      {},
      { sample: 'GOOD', remaining: 3 },
      { sample: 'TOO_SKEWED', remaining: 3 },
      { sample: 'NO_USER_ACTIVITY', remaining: 3 },
      { sample: 'GOOD', remaining: 2 },
      { sample: 'GOOD', remaining: 1 },
      { sample: 'GOOD', remaining: 0 },
    ]);
  });

  it('that is cancelled in the middle leaves nothing, and the key is told so', async () => {
    const plugged = await managed();
    const { manager, soft, bus, key } = plugged;
    const abort = new AbortController();
    soft.presence.samples.next('GOOD', 'wait');
    const enrolling = manager.enroll({ signal: abort.signal });
    const outcome = expect(enrolling).rejects.toThrow('enough');
    for (let turn = 0; turn < 40 && !soft.presence.samples.waiting; turn++) await settled();
    bus.log.length = 0;
    abort.abort(new Error('enough'));
    await outcome;
    expect(templates(plugged)).toEqual([]);
    // CTAPHID_CANCEL, and cancelCurrentEnrollment.
    expect(bus.log.map((line) => line.split(' ')[0])).toEqual(['11', '10']);
    expect(await key.refreshInfo()).toBeDefined();
    await manager.enroll();
    expect(templates(plugged)).toHaveLength(1);
  });

  it('ends when nobody touches the sensor three times in a row', async () => {
    const { manager, soft } = await managed();
    soft.presence.samples.next('GOOD', 'NO_USER_ACTIVITY', 'NO_USER_ACTIVITY', 'NO_USER_ACTIVITY');
    await expect(manager.enroll()).rejects.toMatchObject(status('USER_ACTION_TIMEOUT'));
  });

  it('with a time for each touch ends when it has passed three times', async () => {
    const plugged = await managed();
    const { manager, soft } = plugged;
    soft.presence.samples.next('wait', 'wait', 'wait');
    const outcome = expect(manager.enroll({ timeoutMilliseconds: 5000 })).rejects.toMatchObject(
      status('USER_ACTION_TIMEOUT'),
    );
    for (let second = 0; second < 16; second++) await soft.clock.advance(1000);
    await outcome;
    expect(soft.presence.samples.requests).toHaveLength(3);
    expect(templates(plugged)).toEqual([]);
  });

  it('where there is no room is FP_DATABASE_FULL', async () => {
    const { manager } = await managed({ configuration: { maxTemplates: 1 }, fingers: [{}] });
    await expect(manager.enroll()).rejects.toMatchObject(status('FP_DATABASE_FULL'));
  });

  it('by a token for something else is refused', async () => {
    const { api, info, token } = await pluggedKey({ profile: 'fingerprint' });
    const manager = new FingerprintManager(api, info(), await token(Permission.CM));
    await expect(manager.enroll()).rejects.toMatchObject(status('PIN_AUTH_INVALID'));
  });
});

describe('names', () => {
  const sensor = { kind: 'touch', maxNameBytes: 8 } as const;

  it.each([
    ['eight888', 'ok'],
    ['nine99999', { problem: 'too-long', bytes: 9, maximum: 8 }],
    ['ÄÖÜß', 'ok'],
    ['ÄÖÜß!', { problem: 'too-long', bytes: 9, maximum: 8 }],
    ['', { problem: 'empty' }],
    ['a\ud83d', { problem: 'not-text' }],
  ])('%j: %j', (name, verdict) => {
    expect(checkFingerprintName(name, sensor)).toEqual(verdict);
  });

  it('have no limit where the sensor names none', () => {
    expect(checkFingerprintName('x'.repeat(500), { kind: undefined })).toBe('ok');
  });

  it('that are too long are not sent', async () => {
    const { manager, bus } = await managed({ fingers: [{ friendlyName: 'a' }] });
    const [finger] = (await manager.list()).fingerprints;
    if (!finger) throw new Error('a finger');
    bus.log.length = 0;
    await expect(manager.rename(finger.id, 'x'.repeat(65))).rejects.toMatchObject(status('INVALID_LENGTH'));
    // Only the sensor was asked.
    expect(bus.log).toHaveLength(1);
  });

  it('of an unknown finger are INVALID_OPTION', async () => {
    const { manager } = await managed({ fingers: [{}] });
    await expect(manager.rename(Uint8Array.of(99), 'x')).rejects.toMatchObject(status('INVALID_OPTION'));
  });
});

describe('removing', () => {
  it('says what is true when the key denies it', async () => {
    const { api, info, token } = await pluggedKey({ profile: 'fingerprint', fingers: [{}, {}] });
    const refusing: Ctap2Api['bioEnrollment'] = async (request, options) => {
      if (request.subCommand === Sub.REMOVE_ENROLLMENT) throw new CtapStatusError(Status.OTHER);
      return api.bioEnrollment(request, options);
    };
    const manager = new FingerprintManager(
      withAnswers(api, { bioEnrollment: refusing }),
      info(),
      await token(Permission.BE),
    );
    const [finger] = (await manager.list()).fingerprints;
    if (!finger) throw new Error('a finger');
    expect(await manager.remove(finger.id)).toMatchObject({ outcome: 'kept', refusal: status('OTHER') });
  });
});

it('a key without a sensor is not asked', async () => {
  const { api, info, token, bus } = await pluggedKey();
  const manager = new FingerprintManager(api, info(), await token(Permission.CM));
  const before = bus.log.length;
  await expect(manager.list()).rejects.toMatchObject(status('INVALID_COMMAND'));
  await expect(readSensor(api, info())).rejects.toMatchObject(status('INVALID_COMMAND'));
  expect(bus.log).toHaveLength(before);
});

describe('a key that lies', () => {
  type Answer = (request: BioEnrollmentRequest) => BioEnrollmentResponse;

  async function lying(answer: Answer): Promise<{ manager: FingerprintManager; asked: number[] }> {
    const { api, info, token } = await pluggedKey({ profile: 'fingerprint' });
    const asked: number[] = [];
    const bioEnrollment: Ctap2Api['bioEnrollment'] = async (request) => {
      asked.push(request.subCommand ?? 0);
      return answer(request);
    };
    return {
      manager: new FingerprintManager(
        withAnswers(api, { bioEnrollment }),
        info(),
        await token(Permission.BE),
      ),
      asked,
    };
  }
  const templateId = Uint8Array.of(1);

  it.each<[string, BioEnrollmentResponse]>([
    ['gives the new finger no ID', { lastEnrollSampleStatus: 0, remainingSamples: 2 }],
    ['gives it an empty ID', { templateId: new Uint8Array(), remainingSamples: 2 }],
    ['does not say how many touches are needed', { templateId, lastEnrollSampleStatus: 0 }],
  ])('and %s is a ProtocolError, and the enrolment is called off', async (_, answer) => {
    const { manager, asked } = await lying(() => answer);
    await expect(manager.enroll()).rejects.toBeInstanceOf(ProtocolError);
    expect(asked).toEqual([Sub.ENROLL_BEGIN, Sub.CANCEL_CURRENT_ENROLLMENT]);
  });

  it('and wants touches without end is not listened to for ever', async () => {
    const seen: EnrollmentProgress[] = [];
    const { manager, asked } = await lying(() => ({
      templateId,
      lastEnrollSampleStatus: SampleStatus.GOOD,
      remainingSamples: 4_294_967_295,
    }));
    await expect(manager.enroll({ onProgress: (progress) => seen.push(progress) })).rejects.toBeInstanceOf(
      ProtocolError,
    );
    expect(seen.length).toBeLessThan(200);
    expect(asked.at(-1)).toBe(Sub.CANCEL_CURRENT_ENROLLMENT);
  });

  it('and does not list what it enrolled is found out', async () => {
    const { manager } = await lying(({ subCommand }) =>
      subCommand === Sub.ENUMERATE_ENROLLMENTS ? { templateInfos: [] } : { templateId, remainingSamples: 0 },
    );
    await expect(manager.enroll()).rejects.toThrow(/does not list/);
  });

  it('and feels something that nobody has named goes on', async () => {
    const seen: EnrollmentProgress[] = [];
    let touches = 0;
    const { manager } = await lying(({ subCommand }) => {
      if (subCommand === Sub.ENUMERATE_ENROLLMENTS) return { templateInfos: [{ templateId }] };
      return touches++ === 0
        ? { templateId, lastEnrollSampleStatus: 0x0c, remainingSamples: 1 }
        : { lastEnrollSampleStatus: 0, remainingSamples: 0 };
    });
    await manager.enroll({ onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([{}, { sample: 'unknown', remaining: 1 }, { sample: 'GOOD', remaining: 0 }]);
  });

  it('and lists fingers twice or without an ID is listed with a flaw', async () => {
    const { manager } = await lying(() => ({
      templateInfos: [
        { templateId, templateFriendlyName: 'a\u0000\u202eb' },
        { templateId, templateFriendlyName: 'again' },
        { templateId: new Uint8Array() },
      ],
    }));
    const { fingerprints, flaws } = await manager.list();
    expect(fingerprints).toEqual([{ id: templateId, name: 'a\u0000\u202eb' }]);
    expect(flaws).toHaveLength(2);
  });

  it('and pretends to have removed a finger is found out', async () => {
    const { manager } = await lying(({ subCommand }) =>
      subCommand === Sub.ENUMERATE_ENROLLMENTS ? { templateInfos: [{ templateId }] } : {},
    );
    expect(await manager.remove(templateId)).toEqual({ outcome: 'kept' });
  });

  it('and keeps another name tells which', async () => {
    const { manager } = await lying(({ subCommand }) =>
      subCommand === Sub.ENUMERATE_ENROLLMENTS
        ? { templateInfos: [{ templateId, templateFriendlyName: 'short' }] }
        : {},
    );
    expect(await manager.rename(templateId, 'shortened')).toEqual({ id: templateId, name: 'short' });
  });

  it('and leaves in the middle of an enrolment: the reason is that it left', async () => {
    const { manager } = await lying(() => {
      throw new TransportError('unplugged', 'gone');
    });
    await expect(manager.enroll()).rejects.toMatchObject({ failure: 'unplugged' });
    await expect(manager.remove(templateId)).rejects.toMatchObject({ failure: 'unplugged' });
  });

  it('and answers the end of an enrolment with an error has ended it all the same', async () => {
    const { manager } = await lying(({ subCommand }) => {
      throw new CtapStatusError(
        subCommand === Sub.CANCEL_CURRENT_ENROLLMENT ? Status.OTHER : Status.OPERATION_DENIED,
      );
    });
    await expect(manager.enroll()).rejects.toMatchObject(status('OPERATION_DENIED'));
  });
});

it('a list of four billion fingers does not fit into its message, and is no list', async () => {
  const plugged = await managed();
  const { manager, soft } = plugged;
  const handle = soft.simulated.handle.bind(soft.simulated);
  soft.simulated.handle = async (request, options) =>
    request[0] === 0x09
      ? // {7: [4294967295 items …]}
        Uint8Array.from([0x00, 0xa1, 0x07, 0x9a, 0xff, 0xff, 0xff, 0xff, 0xa0, 0xa0])
      : handle(request, options);
  await expect(manager.list()).rejects.toBeInstanceOf(ProtocolError);
});
