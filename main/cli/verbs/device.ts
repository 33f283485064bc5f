/** `device status`, `set-up`, `pin change`, `recovery-key`, `recover`, `lock` and `sealing`. */
import type { DeviceStatus } from '../../control/operations';
import { confirm } from '../confirm';
import type { Context } from '../context';
import { openDevice, secretLine } from '../device';
import { askedAgain, newSecret, withNew } from '../device-secrets';
import { CommandFailure } from '../failure';
import { labelled } from '../table';

export interface SetUpOptions {
  readonly passphrase?: boolean;
}

export async function deviceStatus(context: Context): Promise<void> {
  const device = await context.device();
  const status = await device.look(context.signal);
  context.output.result(statusShape(status, device.served), () => statusWords(status, device.served));
}

export async function setUpDevice(context: Context, options: SetUpOptions): Promise<void> {
  const { output, signal } = context;
  const device = await context.device();
  const status = await device.look(signal);
  if (status.state === 'open' || status.state === 'passphrase-needed')
    throw new CommandFailure(
      'set-up-already',
      'This device keeps passkeys already. `latchkey device status` tells more.',
    );
  const byPassphrase = options.passphrase === true || (await wantsPassphrase(context, status));
  const pin = await newSecret(context, 'New PIN for this device, at least 6 characters: ', 'PIN');
  const passphrase = byPassphrase
    ? await newSecret(context, 'New passphrase for this device: ', 'passphrase')
    : undefined;
  const { recoveryKey } = await withNew(context, pin, passphrase, (chosen) =>
    device.service.setUp(
      { pin: chosen.pin, ...(chosen.passphrase !== undefined && { passphrase: chosen.passphrase }) },
      signal,
    ),
  );
  tellRecoveryKey(context, recoveryKey, 'Passkeys can be kept on this device now.');
  if (byPassphrase)
    output.note(
      'The passphrase is asked for after every start of Latchkey. Nobody can tell it to you again.',
    );
}

/** Where no keychain can keep the key: a person is offered a passphrase, never given one silently. Throws where nobody agrees. */
async function wantsPassphrase(context: Context, { keychain }: DeviceStatus): Promise<boolean> {
  if (keychain === undefined) return false;
  const failure = new CommandFailure('keychain-unavailable', withoutKeychain);
  if (!context.terminal.interactive) throw failure;
  await confirm(context, withoutKeychain, 'Use a passphrase?', undefined);
  return true;
}

const withoutKeychain =
  'This system has no keychain that Latchkey can reach: no Secret Service on the session bus, as is usual without a desktop. The passkeys ' +
  'can be kept under a passphrase instead, which is asked for after every start of Latchkey: `latchkey device set-up --passphrase`. ' +
  'Whoever knows it and has the file still needs the PIN to sign in.';

export async function changeDevicePin(context: Context): Promise<void> {
  const { output, signal } = context;
  const service = await openDevice(context);
  await askedAgain(context, 'Present PIN of this device: ', async (current) => {
    const next = await newSecret(context, 'New PIN for this device, at least 6 characters: ', 'PIN');
    await withNew(context, next, undefined, ({ pin }) => service.changePin({ current, next: pin }, signal));
  });
  output.result({ outcome: 'changed' }, () => 'The PIN of this device is changed.\n');
}

export async function newRecoveryKey(context: Context): Promise<void> {
  const { signal } = context;
  const service = await openDevice(context);
  const { recoveryKey } = await askedAgain(context, 'PIN of this device: ', (pin) =>
    service.newRecoveryKey({ pin }, signal),
  );
  tellRecoveryKey(context, recoveryKey, 'The recovery key from before no longer works.');
}

export async function recoverDevice(context: Context): Promise<void> {
  const { signal } = context;
  const service = await openDevice(context);
  const given = await secretLine(context, 'Recovery key: ', 'recovery key');
  const pin = await newSecret(context, 'New PIN for this device, at least 6 characters: ', 'PIN');
  const { recoveryKey } = await withNew(context, pin, undefined, (chosen) =>
    service.recover({ recoveryKey: given, pin: chosen.pin }, signal),
  );
  tellRecoveryKey(
    context,
    recoveryKey,
    'The new PIN holds, and this recovery key in place of the one before.',
  );
}

export async function lockDevice(context: Context): Promise<void> {
  const { output, signal } = context;
  const device = await context.device();
  await device.look(signal);
  await device.service.lock({}, signal);
  output.result({ outcome: 'locked', app: device.served }, () =>
    device.served
      ? 'Locked: the PIN is asked for again.\n'
      : 'Nothing was unlocked: Latchkey is not running.\n',
  );
}

export async function switchSealing(context: Context, by: 'keychain' | 'passphrase'): Promise<void> {
  const { output, signal } = context;
  const service = await openDevice(context);
  await askedAgain(context, 'PIN of this device: ', async (pin) => {
    if (by === 'keychain') return service.switchSealing({ pin }, signal);
    const next = await newSecret(context, 'New passphrase for this device: ', 'passphrase');
    return withNew(context, pin, next, ({ passphrase }) =>
      service.switchSealing({ pin, ...(passphrase !== undefined && { passphrase }) }, signal),
    );
  });
  output.result({ outcome: 'changed', sealing: by }, () =>
    by === 'keychain'
      ? 'The keychain of the system keeps the key of the passkeys now.\n'
      : 'The passkeys are kept under the passphrase now.\n',
  );
}

/** It is a result, so that a script can keep it; it is shown this once. */
function tellRecoveryKey({ output }: Context, recoveryKey: string, words: string): void {
  output.result({ recoveryKey }, () => `${recoveryKey}\n`);
  output.note(words);
  output.note(
    'This is the recovery key. It opens the passkeys when the PIN is forgotten or locked, and is shown only now: write it down and keep it safe.',
  );
}

function statusShape(status: DeviceStatus, app: boolean) {
  const { state, problem, message, sealing, triesLeft, wait, passkeys, deleted, path } = status;
  const isOpen = state === 'open';
  return {
    state,
    error: problem === undefined ? null : { code: problem, message: message ?? '' },
    keychain: status.keychain ?? null,
    canRestorePrevious: status.canRestorePrevious,
    sealing: sealing ?? null,
    unlocked: status.verified ?? false,
    pin: isOpen ? { retriesLeft: triesLeft ?? null, waitMilliseconds: wait ?? 0 } : null,
    passkeys: isOpen ? passkeys : null,
    deleted: isOpen ? deleted : null,
    path,
    app,
  };
}

function statusWords(status: DeviceStatus, app: boolean): string {
  const { state, message, sealing, triesLeft, wait = 0, passkeys, deleted, path } = status;
  const states: Readonly<Record<DeviceStatus['state'], string>> = {
    open: 'ready',
    closed: 'not open',
    absent: `nothing is kept here yet; \`latchkey device set-up${status.keychain === undefined ? '' : ' --passphrase'}\` prepares it`,
    'passphrase-needed': 'kept under a passphrase, which the commands ask for',
    unusable: `cannot be used: ${message ?? ''}`,
  };
  const tries = triesLeft === 0 ? 'none: `latchkey device recover` opens it' : String(triesLeft ?? '-');
  return labelled([
    ['State', states[state]],
    ...(state === 'open'
      ? ([
          ['Passkeys', String(passkeys)],
          ['Recently deleted', String(deleted)],
          ['Kept by', sealing === 'passphrase' ? 'a passphrase' : 'the keychain of the system'],
          ['Tries of the PIN', wait > 0 ? `${tries}, the next in ${Math.ceil(wait / 1000)} seconds` : tries],
        ] as const)
      : []),
    ...(status.canRestorePrevious
      ? [['Generation before', 'opens; `latchkey device restore-previous` brings it back'] as const]
      : []),
    ...(status.keychain === undefined
      ? []
      : [
          [
            'Keychain',
            'none that Latchkey can reach (no Secret Service): a passphrase does instead',
          ] as const,
        ]),
    ['Folder', path],
    ['Served by', app ? 'the Latchkey that is running' : 'this command'],
  ]);
}
