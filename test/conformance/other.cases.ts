/** getInfo, reset and selection, CTAP 2.1 §6.4, §6.6 and §6.9. */
import { expect } from 'vitest';
import type { ProfileName } from '../../main/authenticator/configuration';
import { get, make, PIN } from './ceremony';
import { expectStatus, type ConformanceCase } from './subject';

const profileCases = (['2.0', '2.1-preview', '2.1', '2.3'] as const).map(
  (profile: ProfileName): ConformanceCase => ({
    section: '§6.4',
    name: `getInfo of a ${profile} key agrees with itself`,
    recipe: { profile },
    run: async ({ api }) => {
      const info = await api.getInfo();
      const option = (name: string): boolean | undefined => info.options?.get(name);
      expect(info.flaws).toBeUndefined();
      expect(info.aaguid).toHaveLength(16);
      for (const list of [info.versions, info.extensions, info.pinUvAuthProtocols, info.transports])
        if (list) {
          expect(list.length).toBeGreaterThan(0);
          expect(new Set<unknown>(list).size).toBe(list.length);
        }
      if (option('alwaysUv')) expect(option('makeCredUvNotRqd')).not.toBe(true);
      if (option('noMcGaPermissionsWithClientPin')) expect(option('clientPin')).toBeDefined();
      expect(option('largeBlobs') === true).toBe(info.maxSerializedLargeBlobArray !== undefined);
      if (info.versions.includes('FIDO_2_1')) {
        expect(info.extensions).toContain('hmac-secret');
        expect(info.extensions).toContain('credProtect');
        expect(info.pinUvAuthProtocols).toContain(2);
        expect(option('pinUvAuthToken')).toBe(true);
        expect(option('credMgmt')).toBe(true);
      }
      expect(await api.getInfo()).toEqual(info);
    },
  }),
);

export const otherCases: readonly ConformanceCase[] = [
  ...profileCases,
  {
    section: '§6.6',
    name: 'reset within ten seconds of power-up wipes credentials and PIN, after a touch',
    recipe: { pin: PIN },
    run: async (subject) => {
      await make(subject);
      await subject.powerCycle();
      const touches = subject.presence.requests.length;
      await subject.api.reset();
      expect(subject.presence.requests).toHaveLength(touches + 1);
      expect((await subject.api.getInfo()).options?.get('clientPin')).toBe(false);
      await expectStatus(
        subject.api.getAssertion({ rpId: 'a.example', clientDataHash: new Uint8Array(32) }),
        'NO_CREDENTIALS',
      );
    },
  },
  {
    section: '§6.6',
    name: 'reset later than ten seconds after power-up is NOT_ALLOWED, without a touch',
    recipe: { pin: PIN },
    run: async (subject) => {
      await subject.powerCycle();
      await subject.clock.advance(10_001);
      await expectStatus(subject.api.reset(), 'NOT_ALLOWED');
      expect(subject.presence.requests).toHaveLength(0);
    },
  },
  {
    section: '§6.6',
    name: 'reset with a refused touch is OPERATION_DENIED, without one USER_ACTION_TIMEOUT; nothing is lost',
    recipe: { pin: PIN },
    run: async (subject) => {
      await make(subject);
      await subject.powerCycle();
      subject.presence.next('refused', 'timed-out');
      await expectStatus(subject.api.reset(), 'OPERATION_DENIED');
      await expectStatus(subject.api.reset(), 'USER_ACTION_TIMEOUT');
      await get(subject);
    },
  },
  {
    section: '§6.9',
    name: 'selection waits for a touch',
    run: async ({ api, presence }) => {
      await api.selection();
      presence.next('refused', 'timed-out');
      await expectStatus(api.selection(), 'OPERATION_DENIED');
      await expectStatus(api.selection(), 'USER_ACTION_TIMEOUT');
      expect(presence.requests.map(({ reason }) => reason)).toEqual(['select', 'select', 'select']);
    },
  },
  {
    section: '§6.9',
    name: 'selection that is cancelled rejects with the reason of the caller',
    run: async ({ api, presence, until }) => {
      presence.next('wait');
      const controller = new AbortController();
      const statuses: string[] = [];
      const rejected = expect(
        api.selection({ signal: controller.signal, onStatus: (status) => statuses.push(status) }),
      ).rejects.toThrow('another key was touched');
      await until('it waits for the touch', () => statuses.includes('touch-needed'));
      controller.abort(new Error('another key was touched'));
      await until('it waits no longer', () => !presence.waiting);
      await rejected;
      await api.selection();
    },
  },
];
