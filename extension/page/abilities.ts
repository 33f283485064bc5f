/**
 * What pages ask before they offer passkeys (WebAuthn Level 3 §5.1.7, §5.1.8): yes where the browser says yes, and else where Latchkey
 * does. Only then is it asked.
 */
import { newPromise, own, whenSettled } from './intrinsics';
import { kindOf, type PagePort } from './page-port';

/** Of getClientCapabilities: what passkeys of this device and their list at a field come to. */
const OURS = [
  'conditionalGet',
  'passkeyPlatformAuthenticator',
  'userVerifyingPlatformAuthenticator',
] as const;

/** Whether passkeys can be saved and used on this device. */
function device(port: PagePort, told: (can: boolean) => void): void {
  port.ask('device', '', (answer) => told(kindOf(answer) === 'device' && own(answer, 'device') === true));
}

/** @param native a promise of a boolean */
export function orDevice(port: PagePort, native: Promise<unknown>): Promise<unknown> {
  return newPromise((resolve, reject) => {
    const answered = (can: unknown): void => {
      if (can === true) resolve(can);
      else device(port, (ours) => resolve(ours || can));
    };
    whenSettled(native, answered, reject);
  });
}

/** @param native a promise of PublicKeyCredentialClientCapabilities */
export function withDevice(port: PagePort, native: Promise<unknown>): Promise<unknown> {
  return newPromise((resolve, reject) => {
    const answered = (capabilities: unknown): void => {
      let isMore = false;
      for (let index = 0; index < OURS.length; index++)
        if (own(capabilities, OURS[index] as string) !== true) isMore = true;
      if (!isMore || typeof capabilities !== 'object' || capabilities === null) {
        resolve(capabilities);
        return;
      }
      device(port, (ours) => {
        const record = capabilities as Record<string, unknown>;
        // A browser that leaves a name out does not know what it stands for, and pages know that.
        if (ours)
          for (let index = 0; index < OURS.length; index++) {
            const name = OURS[index] as string;
            if (own(record, name) !== undefined) record[name] = true;
          }
        resolve(record);
      });
    };
    whenSettled(native, answered, reject);
  });
}
