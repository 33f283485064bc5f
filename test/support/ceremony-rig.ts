/** A desk with this device over a vault in memory and simulated keys that are plugged in and out: ceremonies as a person has them. */
import { HidError } from '../../native/hid-failure';
import type { BiometricAnswer, HidBus, SystemSecurityKeys } from '../../native/ports';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { CeremonyDesk, type CallerOptions } from '../../main/ceremony/ceremony-desk';
import type { Ceremony } from '../../main/ceremony/ceremony';
import type { CeremonyAct, CeremonyState } from '../../main/ceremony/dialog-view';
import type { CeremonyRequest } from '../../main/ceremony/model';
import type { CeremonyPorts, OwnNames, Rules } from '../../main/ceremony/ports';
import { ThisDevice } from '../../main/ceremony/this-device';
import { KeyRegistry } from '../../main/client/key-registry';
import type {
  PublicKeyCredentialCreationOptions,
  PublicKeyCredentialRequestOptions,
} from '../../main/webauthn/model';
import { parseCaller } from '../../main/webauthn/origin';
import { settled, type ManualClock } from './manual-clock';
import { memoryVault, PIN as DEVICE_PIN, type MemoryVault } from './memory-vault';
import { creationOptions, ORIGIN, RP_ID, utf8 } from './relying-party';
import { SeededRandom } from './seeded-random';
import { softKey, type SoftKeyRecipe } from './soft-key';

export { DEVICE_PIN };
export const KEY_PIN = '123456';

export type RigKey = Awaited<ReturnType<typeof softKey>>;

export interface CeremonyRigOptions {
  readonly keys?: readonly SoftKeyRecipe[];
  /** Absent: set up and open. */
  readonly vault?: 'absent' | 'passphrase' | 'in-use' | 'none';
  readonly biometrics?: BiometricAnswer[];
  readonly saves?: boolean;
  readonly rules?: Rules;
  readonly ownNames?: OwnNames;
  /** Absent: no site speaks for another. */
  readonly related?: CeremonyPorts['related'];
  /** The last key is one that serves no site. */
  readonly lastServesNobody?: boolean;
  /** The system lets nobody but its own dialog at the keys. */
  readonly keysAreClosed?: boolean;
  readonly systemKeys?: SystemSecurityKeys;
}

export interface CeremonyRig {
  readonly desk: CeremonyDesk;
  readonly clock: ManualClock;
  readonly vault: MemoryVault['vault'];
  /** Of the vault. */
  readonly folder: MemoryVault['folder'];
  readonly calendar: MemoryVault['calendar'];
  readonly keys: readonly RigKey[];
  plug(key: RigKey): void;
  /** Resolves when this device is done with what it was asked before. */
  idle(): Promise<void>;
  unplug(key: RigKey): void;
  create(changes?: Partial<PublicKeyCredentialCreationOptions>, around?: Around): Person;
  get(changes?: Partial<PublicKeyCredentialRequestOptions>, around?: Around): Person;
}

type Around = Partial<Pick<CeremonyRequest, 'hasOwnDialog' | 'only'>> & Partial<CallerOptions>;

export const PASSPHRASE = 'seven horses in the cellar';

/** All keys are plugged in, have {@link KEY_PIN} unless the recipe says otherwise, and wait for {@link touch}. */
export async function ceremonyRig(options: CeremonyRigOptions = {}): Promise<CeremonyRig> {
  const random = new SeededRandom('ceremony');
  const parts = memoryVault({ random });
  const { vault, clock, calendar } = parts;
  // Another program has it.
  if (options.vault === 'in-use') parts.folder.isLocked = true;
  else if (options.vault !== 'absent' && options.vault !== 'none') {
    await vault.open();
    await vault.setUp({ pin: DEVICE_PIN, ...(options.vault === 'passphrase' && { passphrase: PASSPHRASE }) });
    if (options.vault === 'passphrase') await vault.close();
    else if (!options.biometrics) vault.lock();
  }
  const device = new ThisDevice({
    vault,
    clock,
    random,
    saves: () => options.saves ?? true,
    ...(options.biometrics && {
      biometrics: {
        name: 'your fingerprint',
        available: async () => true,
        verify: (_: string, signal: AbortSignal) => verdict(options.biometrics?.shift(), signal),
      },
    }),
  });
  const bus = new SoftHidBus();
  const keys: RigKey[] = [];
  for (const [index, recipe] of (options.keys ?? []).entries()) {
    const configuration = { productName: `Simulated Key ${index + 1}`, ...recipe.configuration };
    const key = await softKey({ pin: KEY_PIN, seed: `key ${index}`, ...recipe, clock, configuration });
    key.presence.next(...waits);
    key.presence.fingers.next(...waits);
    keys.push(key);
    bus.plug(key.soft);
  }
  const registry = new KeyRegistry([options.keysAreClosed ? closed(bus) : bus], { clock, random });
  registry.start();
  await registry.looked;
  for (let turn = 0; turn < 100 && registry.keys.some(({ state }) => state === 'opening'); turn++)
    await settled();
  const ports: CeremonyPorts = {
    clock,
    random,
    related: options.related ?? { includes: async () => false },
    keys: {
      get keys() {
        return registry.keys;
      },
      looked: registry.looked,
      onChange: (callback) => registry.onChange(callback),
      nameOf: (key) => key.device.product.replace('Simulated ', ''),
      serves: ({ device }) =>
        options.lastServesNobody !== true ||
        device.product !== keys.at(-1)?.simulated.snapshot().configuration.productName,
    },
    ...(options.systemKeys && { systemKeys: options.systemKeys }),
    ...(options.vault !== 'none' && { device }),
    ...(options.rules && { rules: options.rules }),
    ...(options.ownNames && { ownNames: options.ownNames }),
  };
  const desk = new CeremonyDesk(ports);
  const begin = (request: CeremonyRequest, { caller = 'browser', signal }: Around): Person =>
    new Person(desk.begin(request, { caller, ...(signal && { signal }) }));
  const asker = { caller: parseCaller({ origin: ORIGIN }) };
  return {
    desk,
    clock,
    vault,
    folder: parts.folder,
    calendar,
    keys,
    plug: (key) => void bus.plug(key.soft),
    idle: async () => {
      await vault.verifyPin(DEVICE_PIN).catch(() => undefined);
      vault.endCeremony();
      await settled();
    },
    unplug: (key) => bus.unplug(key.soft),
    create: (changes = {}, around = {}) => {
      const { hasOwnDialog = false, only } = around;
      return begin(
        { kind: 'create', options: creationOptions(changes), ...asker, hasOwnDialog, ...(only && { only }) },
        around,
      );
    },
    get: (changes = {}, around = {}) => {
      const { hasOwnDialog = false, only } = around;
      const asked = { challenge: utf8('a challenge of the site'), rpId: RP_ID, ...changes };
      return begin({ kind: 'get', options: asked, ...asker, hasOwnDialog, ...(only && { only }) }, around);
    },
  };
}

/** As it is for a program that is not elevated on Windows: keys are seen, and open for nobody. */
function closed(bus: HidBus): HidBus {
  return {
    list: () => bus.list(),
    watch: (onChange) => bus.watch(onChange),
    open: () => Promise.reject(new HidError('access-denied', 'Windows lets only elevated programs at it.')),
  };
}

/** Turns: stretching a PIN happens beside them, and takes its time on a busy machine. */
const PATIENCE = 50_000;

const waits = Array.from({ length: 60 }, () => 'wait' as const);

/** Undefined: the sensor waits until it is called off. */
function verdict(answer: BiometricAnswer | undefined, signal: AbortSignal): Promise<BiometricAnswer> {
  if (answer) return Promise.resolve(answer);
  return new Promise((resolve) => {
    if (signal.aborted) resolve('cancelled');
    signal.addEventListener('abort', () => resolve('cancelled'));
  });
}

/** Touches a key that waits for it. */
export function touch({ presence }: RigKey): void {
  presence.answer('granted');
}

type Named<N extends CeremonyState['name']> = Extract<CeremonyState, { readonly name: N }>;

/** Whoever sits before the dialog. */
export class Person {
  readonly ceremony: Ceremony;
  /** Names of the states that were seen, without repetition of one after itself. */
  readonly seen: CeremonyState['name'][] = [];
  /** What has been done with what was shown: it is looked at no more. */
  #answered: CeremonyState | undefined;

  constructor(ceremony: Ceremony) {
    this.ceremony = ceremony;
    const note = (): void => {
      const { name } = ceremony.view.state;
      if (this.seen.at(-1) !== name) this.seen.push(name);
    };
    note();
    ceremony.onChange(note);
  }

  get state(): CeremonyState {
    return this.ceremony.view.state;
  }

  get result(): Ceremony['result'] {
    return this.ceremony.result;
  }

  /** The state when it has come to that, after the last thing that was done. */
  async sees<N extends CeremonyState['name']>(name: N): Promise<Named<N>> {
    for (let turn = 0; turn < PATIENCE; turn++) {
      await settled();
      const { state } = this;
      if (state.name === name && state !== this.#answered) return state as Named<N>;
    }
    throw new Error(`the dialog shows ${JSON.stringify(this.state)}, not ${name}; seen: ${this.seen.join()}`);
  }

  /** Does it, and fails the test where that cannot be done now. */
  does(act: CeremonyAct): void {
    const { state } = this;
    if (!this.ceremony.act(act))
      throw new Error(`${act.act} cannot be done in ${JSON.stringify(this.ceremony.view)}`);
    this.#answered = state;
  }

  choosesPlace(place: string): void {
    this.does({ act: 'choose-place', place });
  }

  entersPin(pin: string): void {
    this.does({ act: 'enter-pin', pin });
  }
}

/** Waits until the key waits for a touch or a finger. */
export async function blinking({ presence }: RigKey): Promise<void> {
  for (let turn = 0; turn < PATIENCE && !presence.waiting; turn++) await settled();
  if (!presence.waiting) throw new Error('the key does not wait for a touch');
}
