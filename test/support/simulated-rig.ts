/** A simulated key on a bench: time by hand, the same random bytes in every run, touches by script. */
import { CtapStatusError } from '../../main/ctap/errors';
import { statusName } from '../../main/ctap/status';
import {
  configure,
  type AuthenticatorConfiguration,
  type ProfileName,
} from '../../main/authenticator/configuration';
import type { SoftwareAuthenticator } from '../../main/authenticator/engine';
import { newKeyState, type KeyState } from '../../main/authenticator/key-state';
import { withPasskeys, withPin, type PasskeyRecipe } from '../../main/authenticator/provision';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { ManualClock } from './manual-clock';
import { MemoryFile } from './memory-file';
import { TestPlatform } from './platform';
import { SeededRandom } from './seeded-random';

export const PIN = '123456';

export interface RigOptions {
  readonly profile?: ProfileName;
  readonly configuration?: Partial<AuthenticatorConfiguration>;
  /** Set beforehand. */
  readonly pin?: string;
  readonly passkeys?: readonly PasskeyRecipe[];
  readonly state?: (state: KeyState) => KeyState;
  readonly file?: MemoryFile;
}

export interface Rig {
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly presence: ScriptedPresence;
  readonly file: MemoryFile;
  readonly key: SimulatedKey;
  readonly api: SoftwareAuthenticator;
  readonly platform: TestPlatform;
  /** What a new process would make of the file. */
  restart(): Promise<Rig>;
}

export async function rig(options: RigOptions = {}): Promise<Rig> {
  const { profile = '2.1', configuration, pin, passkeys = [], file = new MemoryFile() } = options;
  const clock = new ManualClock();
  const random = new SeededRandom();
  const presence = new ScriptedPresence();
  let state = withPasskeys(newKeyState(configure(profile, configuration), random), passkeys, random);
  if (pin !== undefined) state = withPin(state, pin);
  if (options.state) state = options.state(state);
  const key = await SimulatedKey.open({ clock, random, presence, file, state });
  const version = key.configuration.pinUvAuthProtocols[0] === 1 ? 1 : 2;
  return {
    clock,
    random,
    presence,
    file,
    key,
    api: key.authenticator,
    platform: new TestPlatform(key.authenticator, version),
    restart: () => rig({ ...options, file: new MemoryFile(file.path, file.content) }),
  };
}

/** The name of the status byte that a call is answered with; `OK` when it succeeds. */
export async function statusOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (error) {
    if (!(error instanceof CtapStatusError)) throw error;
    return error.statusName ?? `0x${error.status.toString(16)}`;
  }
}

/** The name of a status byte. */
export function nameOf(status: number | undefined): string {
  return status === undefined ? 'nothing' : (statusName(status) ?? `0x${status.toString(16)}`);
}
