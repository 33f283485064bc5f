/** Which biometrics this system has, and whether they are used: what nobody has proven on a real system stays off. */
import type { Biometrics } from '../ports.js';

/** The switch for trying what is unproven: names out of `touch-id`, `windows-hello`, with commas. Documented in docs/unproven.md. */
export const TRY_UNPROVEN = 'LATCHKEY_TRY_UNPROVEN';

/** How each is made. Without Electron there is no Touch ID. */
export interface BiometricsMakers {
  readonly fprintd: () => Biometrics;
  readonly windowsHello: () => Biometrics;
  readonly touchId?: () => Biometrics;
}

/**
 * @param platform as `process.platform` says it
 * @param tried the value of {@link TRY_UNPROVEN} in the environment
 * @returns undefined where there is nothing to ask, or nothing that may be asked
 */
export function chooseBiometrics(
  platform: string,
  tried: string | undefined,
  makers: BiometricsMakers,
): Biometrics | undefined {
  const may = (name: string): boolean => (tried ?? '').split(',').some((part) => part.trim() === name);
  switch (platform) {
    case 'linux':
      return makers.fprintd();
    case 'darwin':
      return may('touch-id') ? makers.touchId?.() : undefined;
    case 'win32':
      return may('windows-hello') ? makers.windowsHello() : undefined;
    default:
      return undefined;
  }
}
