/** This device, for one command: the vault itself, or the program that owns it. */
import { createHash } from 'node:crypto';
import { ControlError } from '../control/control-error';
import type { DeviceCredential, DeviceService, DeviceStatus } from '../control/operations';
import { DEVICE_ID } from '../inventory/device-model';
import type { Passkey } from '../inventory/model';
import { fold } from '../inventory/search-text';
import { VaultError } from '../vault/vault-error';
import type { Context } from './context';
import type { DeviceHome, Owner } from './device-home';
import { CommandFailure, failureOf } from './failure';
import { unlessInterrupted } from './keys';
import { inWords } from './output';
import { THIS_DEVICE, type ListedPasskey } from './passkeys';

/** Another command has the vault for a moment; an app that starts or ends needs somewhat longer. Milliseconds. */
const BETWEEN_TRIES = 200;
const TRIES = 40;

export class DeviceDesk {
  readonly home: DeviceHome;
  /**
   * The owner has the vault open, so the passphrase is not needed; but a program cannot know that, and gives it in front of the PIN,
   * which it must not be taken for.
   */
  passphraseComesFirst = false;
  #owner: Owner | undefined;
  #own = false;

  constructor(home: DeviceHome) {
    this.home = home;
  }

  /** Another program owns the vault and does what is asked. */
  get served(): boolean {
    return this.#owner !== undefined;
  }

  get service(): DeviceService {
    return this.#owner?.service ?? this.home.service;
  }

  /** Whose time in Recently deleted is over, of a vault that is ours: they go when it is closed. */
  get overdue(): readonly Uint8Array[] {
    return this.#own ? this.home.vault.overdue.map(({ credential }) => credential.id) : [];
  }

  /** Opens the vault, or finds who has it. The status says what came of it. Rejects with ControlError. */
  async look(signal: AbortSignal): Promise<DeviceStatus> {
    for (let tries = 1; !this.#own && !this.#owner; tries++) {
      try {
        this.#own = await this.#take();
        if (!this.#own) this.#owner = await this.home.connect();
      } catch (error) {
        const isBetween = error instanceof ControlError && ['not-running', 'closed'].includes(error.failure);
        if (!isBetween || tries === TRIES) throw error;
        await unlessInterrupted(
          new Promise<void>((resolve) => void this.home.clock.after(BETWEEN_TRIES, resolve)),
          signal,
        );
      }
    }
    const status = await this.service.status({}, signal);
    if (status.state !== 'closed') return status;
    // The app has only just started.
    await this.service.open({}, signal);
    return this.service.status({}, signal);
  }

  /** Another program answers for the folder. Opens nothing. Rejects with ControlError where it cannot be talked to. */
  async hasOwner(): Promise<boolean> {
    try {
      if (!this.#own) this.#owner ??= await this.home.connect();
    } catch (error) {
      if (!(error instanceof ControlError) || error.failure !== 'not-running') throw error;
    }
    return this.served;
  }

  async close(): Promise<void> {
    this.#owner?.close();
    if (this.#own) await this.home.vault.close();
  }

  /** False while another program has it. */
  async #take(): Promise<boolean> {
    try {
      await this.home.vault.open();
      return true;
    } catch (error) {
      if (error instanceof VaultError && error.code === 'in-use') return false;
      throw error;
    }
  }
}

/** This device, when it is among the places that the command looks at, and anything is kept here. */
export async function deviceIfAny(context: Context): Promise<DeviceDesk | undefined> {
  if (context.wantedKey === undefined ? context.simulatedOnly : !isThisDevice(context)) return undefined;
  const device = await context.device();
  return isThisDevice(context) || (await device.home.exists()) ? device : undefined;
}

/** `--key` names this device, and so no key. */
export function isThisDevice({ wantedKey }: Pick<Context, 'wantedKey'>): boolean {
  return wantedKey !== undefined && fold(wantedKey) === fold(THIS_DEVICE);
}

/** Its list can be read afterwards. Asks for the passphrase where one is needed; throws where it cannot be opened. */
export async function openDevice(context: Context, given?: DeviceDesk): Promise<DeviceService> {
  const device = given ?? (await context.device());
  const status = await lookInside(context, device);
  if (status.state === 'open') return device.service;
  throw notOpen(status);
}

/** What is there, also behind a passphrase: that is asked for. It need not open all the same. */
export async function lookInside(context: Context, device: DeviceDesk): Promise<DeviceStatus> {
  const { signal } = context;
  const status = await device.look(signal);
  if (status.state !== 'passphrase-needed') {
    device.passphraseComesFirst = device.served && status.sealing === 'passphrase';
    return status;
  }
  await withPassphrase(context, (passphrase) => device.service.open({ passphrase }, signal));
  return device.service.status({}, signal);
}

export const notSetUp = 'No passkeys are kept on this device yet. `latchkey device set-up` prepares it.';

function notOpen({ state, problem, message }: DeviceStatus): CommandFailure {
  if (state === 'absent') return new CommandFailure('not-set-up', notSetUp);
  const code = (problem ?? 'not-open') as VaultError['code'];
  return failureOf(new VaultError(code, message ?? 'The passkeys of this device are not open. Try again.'));
}

async function withPassphrase(
  context: Context,
  use: (passphrase: string) => Promise<unknown>,
): Promise<void> {
  for (;;) {
    const passphrase = await secretLine(context, 'Passphrase of this device: ', 'passphrase');
    try {
      await use(passphrase);
      return;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== 'passphrase-wrong' || !context.terminal.interactive) throw error;
      context.output.question(inWords(failure));
    }
  }
}

/** From whoever sits there, without showing it, or the next line of standard input. Throws where none comes. */
export async function secretLine(
  context: Context,
  question: string,
  what: 'PIN' | 'passphrase' | 'recovery key',
): Promise<string> {
  const { terminal, signal } = context;
  const device = await context.device();
  if (device.passphraseComesFirst && !terminal.interactive) await terminal.readLine(signal);
  device.passphraseComesFirst = false;
  const line = terminal.interactive
    ? await terminal.ask(question, 'secret', signal)
    : await terminal.readLine(signal);
  if (line) return line;
  throw new CommandFailure(
    what === 'PIN' ? 'pin-needed' : what === 'passphrase' ? 'passphrase-needed' : 'recovery-key-needed',
    `No ${what} was given. Type it when asked at a terminal, or give it as a line of standard input.`,
  );
}

/** The passkeys of this device as the commands know those of keys. */
export async function devicePasskeys(
  context: Context,
  service: DeviceService,
): Promise<readonly ListedPasskey[]> {
  return listedOf(context, (await service.list({}, context.signal)).passkeys);
}

export async function listedOf(
  context: Context,
  credentials: readonly DeviceCredential[],
): Promise<readonly ListedPasskey[]> {
  const ownNames = credentials.length > 0 ? await context.ownNames() : undefined;
  await ownNames?.read();
  return credentials.map((credential) => {
    const ownName = ownNames?.nameOf(credential.id);
    const passkey = passkeyOf(credential);
    return { passkey: ownName === undefined ? passkey : { ...passkey, ownName }, key: undefined };
  });
}

function passkeyOf(each: DeviceCredential): Passkey {
  const { id, rp, user, algorithm, publicKey, credProtect, hasLargeBlobKey, thirdPartyPayment } = each;
  return {
    id: `${DEVICE_ID}:${Buffer.from(id).toString('hex')}`,
    keyId: DEVICE_ID,
    canEdit: true,
    credential: {
      rpId: rp.id,
      ...(rp.name !== undefined && { rpName: rp.name }),
      rpIdHash: createHash('sha256').update(rp.id).digest(),
      user,
      credentialId: id,
      publicKey,
      algorithm,
      credProtect,
      hasLargeBlobKey,
      ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
      flaws: [],
    },
    device: {
      created: each.created,
      ...(each.lastUsed !== undefined && { lastUsed: each.lastUsed }),
      protected: each.protected,
      ...(each.notRemovable !== undefined && { notRemovable: each.notRemovable }),
    },
  };
}
