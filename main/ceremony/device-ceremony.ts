/** A ceremony on this device: its passphrase where it has one, then the PIN or biometrics, then what is to be done. */
import type { BiometricAnswer } from '../../native/ports';
import { VaultError } from '../vault/vault-error';
import type { PinAnswer, PinRequest } from './device-user';
import type { OnAuthenticator } from './key-ceremony';
import type { AccountNames, CeremonyState, Trouble } from './dialog-view';
import type { Stage } from './stage';
import type { DevicePrompts, ThisDevice } from './this-device';

/** It does not go on, for a reason of this device. */
export class DeviceTrouble extends Error {
  override readonly name = 'DeviceTrouble';
  readonly trouble: Trouble;

  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(`this device: ${trouble.is}`, options);
    this.trouble = trouble;
  }
}

/**
 * Resolves when the passkeys of this device can be read. Rejects with {@link DeviceTrouble}, VaultError, and the signal's reason.
 */
export async function openDevice(device: ThisDevice, stage: Stage, signal: AbortSignal): Promise<void> {
  if (device.situation.is === 'closed') await device.open();
  for (let wrong = false; device.situation.is === 'passphrase-needed'; wrong = true) {
    const act = await stage.ask({ name: 'device-passphrase', wrong }, signal);
    stage.show({ name: 'working', place: { is: 'device' } }, signal);
    if (act.act !== 'enter-passphrase') continue;
    await device.open(act.passphrase).catch((error: unknown) => {
      if (!(error instanceof VaultError) || error.code !== 'passphrase-wrong') throw error;
    });
    signal.throwIfAborted();
  }
  const { situation } = device;
  if (situation.is === 'absent') throw new DeviceTrouble({ is: 'vault-missing' });
  if (situation.is === 'unusable')
    throw new DeviceTrouble({ is: 'device-unusable', problem: situation.problem });
  if (situation.is === 'open' && situation.tries.left === 0) throw new DeviceTrouble({ is: 'device-locked' });
}

/** The device is open. Rejects as `run` and {@link openDevice} do. `account` is whose passkey it is about, for the prompts. */
export async function onDevice<T>(
  device: ThisDevice,
  stage: Stage,
  account: AccountNames | undefined,
  signal: AbortSignal,
  run: OnAuthenticator<T>,
): Promise<T> {
  const prompts = new Prompts(device, stage, account, signal);
  try {
    stage.show(working, signal);
    return await device.exclusive(prompts, (authenticator) => run(authenticator, { signal }), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (prompts.trouble) throw new DeviceTrouble(prompts.trouble, { cause: error });
    const { situation } = device;
    if (situation.is === 'unusable')
      throw new DeviceTrouble(
        { is: 'device-unusable', problem: situation.problem },
        {
          cause: error,
        },
      );
    throw error;
  }
}

const working: CeremonyState = { name: 'working', place: { is: 'device' } };

class Prompts implements DevicePrompts {
  /** Why there was no answer, when it was not the person who gave none. */
  trouble: Trouble | undefined;
  readonly #device: ThisDevice;
  readonly #stage: Stage;
  readonly #account: { readonly account?: AccountNames };
  readonly #signal: AbortSignal;

  constructor(device: ThisDevice, stage: Stage, account: AccountNames | undefined, signal: AbortSignal) {
    this.#device = device;
    this.#stage = stage;
    this.#account = account ? { account } : {};
    this.#signal = signal;
  }

  async askPin({ problem, signal }: PinRequest): Promise<PinAnswer> {
    const { situation } = this.#device;
    if (situation.is === 'open' && situation.tries.left === 0) {
      this.trouble = { is: 'device-locked' };
      return 'cancelled';
    }
    const early = situation.is === 'open' ? situation.tries : undefined;
    const tries = problem?.tries ?? (early && early.wait > 0 ? early : undefined);
    const state: CeremonyState = {
      name: 'device-pin',
      ...this.#account,
      ...(tries && {
        triesLeft: tries.left,
        wait: tries.wait,
        problem: problem?.code === 'pin-wrong' ? 'wrong' : 'too-early',
      }),
    };
    const until = AbortSignal.any([signal, this.#signal]);
    try {
      const act = await this.#stage.ask(state, until);
      this.#stage.show(working, this.#signal);
      return act.act === 'enter-pin' ? { pin: act.pin } : 'cancelled';
    } catch (error) {
      if (!until.aborted) throw error;
      // Nobody waits for the answer any more.
      return 'cancelled';
    }
  }

  async biometrics(
    by: string,
    verify: (signal: AbortSignal) => Promise<BiometricAnswer>,
    signal: AbortSignal,
  ): Promise<BiometricAnswer> {
    const instead = new AbortController();
    const until = AbortSignal.any([signal, this.#signal, instead.signal]);
    const usePin = this.#stage
      .ask({ name: 'device-biometrics', ...this.#account, by }, until)
      .then((): BiometricAnswer => 'unavailable');
    const answered = verify(until);
    try {
      return await Promise.race([answered, usePin.catch((): Promise<never> => new Promise(() => undefined))]);
    } finally {
      // The window of the system, or the button of ours, is no longer wanted.
      instead.abort(new Error('it is settled'));
      await answered.catch(() => undefined);
      this.#stage.show(working, this.#signal);
    }
  }
}
