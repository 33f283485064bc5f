/** getInfo, reset and selection, CTAP 2.1 §6.4, §6.6 and §6.9. */
import { expect } from 'vitest';
import type { ProfileName } from '../../main/authenticator/configuration';
import { PinClient } from '../../main/client/pin';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { get, make, PIN } from './ceremony';
import { expectConsistent } from './info-rules';
import { aReset, aTouch } from './needs';
import { expectStatus, type ConformanceCase } from './subject';

/** Those that speak CTAP2. */
const profileNames: readonly ProfileName[] = [
  '2.0',
  '2.1-preview',
  '2.1',
  '2.3',
  'fingerprint',
  'nearly-full',
];

/** Without what is another every time. */
function lasting({ encIdentifier: _, encCredStoreState: __, ...info }: AuthenticatorInfo): object {
  return info;
}

const profileCases = profileNames.flatMap((profile): readonly ConformanceCase[] => [
  {
    section: '§6.4',
    name: `getInfo of a ${profile} key agrees with itself, new and with a PIN`,
    recipe: { profile },
    run: async ({ api, random }) => {
      const info = await api.getInfo();
      expectConsistent(info);
      expect(lasting(await api.getInfo())).toEqual(lasting(info));
      await new PinClient(api, info, random).setPin(PIN);
      const after = await api.getInfo();
      expectConsistent(after);
      expect(after.options?.get('clientPin')).toBe(true);
    },
  },
  {
    section: '§6.4',
    name: `getInfo of a ${profile} key that always verifies agrees with itself`,
    recipe: { profile, configuration: { alwaysUv: true } },
    run: async ({ api }) => {
      const info = await api.getInfo();
      expect(info.options?.get('alwaysUv')).toBe(true);
      expectConsistent(info);
    },
  },
]);

export const otherCases: readonly ConformanceCase[] = [
  ...profileCases,
  {
    section: '§6.6',
    name: 'reset within ten seconds of power-up wipes credentials and PIN, after a touch',
    needs: [aReset],
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
    needs: [aReset],
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
    needs: [aTouch],
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
    needs: [aTouch],
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
