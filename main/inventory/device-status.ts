/** What is said of this device, from what its vault, its settings and its sensor say. */
import type { VaultProblemCode, VaultSituation } from '../vault/model';
import type { DeviceStatus } from './device-model';
import type { Problem } from './problems';
import type { SettingsStore } from './settings';

export interface DeviceFindings {
  readonly situation: VaultSituation;
  /** Why a vault that is still closed could not be looked at. */
  readonly failure: Problem | undefined;
  /** The name of what can be asked now. */
  readonly biometrics: string | undefined;
  readonly settings: Pick<SettingsStore, 'current' | 'notice'>;
  readonly path: string;
}

export function deviceStatus(findings: DeviceFindings): DeviceStatus {
  const { situation, biometrics, settings, path } = findings;
  const failure = situation.is === 'closed' ? findings.failure : undefined;
  const open = situation.is === 'open' ? situation : undefined;
  return {
    enabled: settings.current.enabled,
    state: failure ? 'unusable' : situation.is,
    ...(failure && { problem: failure }),
    ...(situation.is === 'absent' && situation.keychain && { problem: noKeychain(situation.keychain) }),
    ...(situation.is === 'unusable' && {
      problem: { code: situation.problem, message: situation.message },
    }),
    canRestorePrevious: situation.is === 'unusable' && situation.previous,
    ...(open && {
      sealing: open.sealing,
      pin: { triesLeft: open.tries.left, waitMilliseconds: open.tries.wait, locked: open.tries.left === 0 },
    }),
    unlocked: open?.verified ?? false,
    ...(biometrics !== undefined && {
      biometrics: { name: biometrics, ready: open?.verified ?? false },
    }),
    path,
    autoLockMinutes: settings.current.autoLockMinutes,
    ...(settings.notice !== undefined && { settingsNotice: settings.notice }),
  };
}

function noKeychain(code: VaultProblemCode): Problem {
  return {
    code,
    message:
      'This system has no keychain that Latchkey can reach, so passkeys can be kept on this device under a passphrase only. ' +
      'Choose one, or start a keychain and try again.',
  };
}
