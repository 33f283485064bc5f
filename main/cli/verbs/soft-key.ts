/** `soft-key`: simulated keys, for other programs and as files. */
import { existsSync } from 'node:fs';
import { profiles, type AuthenticatorConfiguration } from '../../authenticator/configuration';
import { DirectedPresence } from '../../authenticator/directed-presence';
import { UhidKey } from '../../authenticator/fronts/uhid-key';
import { RecipeError, stateOfDescribed } from '../../authenticator/key-recipe';
import { SimulatedKey } from '../../authenticator/simulated-key';
import { StateError } from '../../authenticator/state';
import type { Context, Workshop } from '../context';
import { CommandFailure, usage } from '../failure';
import { shown } from '../output';
import { table } from '../table';

export interface SoftKeyOptions {
  readonly uhid?: boolean;
  readonly listProfiles?: boolean;
  readonly profile?: string;
  readonly name?: string;
  readonly state?: string;
  readonly pinFromStdin?: boolean;
  readonly passkeys?: string;
}

export async function softKey(context: Context, options: SoftKeyOptions): Promise<void> {
  if (options.listProfiles) return listProfiles(context);
  const { uhid, state } = options;
  if (!uhid && state === undefined)
    throw usage(
      'Say what to make: --uhid for a key that every program on this computer sees, --state FILE for a file to use with --soft-key FILE, or both. --list-profiles shows the kinds of keys.',
    );
  const workshop = await context.composition.workshop();
  const presence = new DirectedPresence();
  const key = await made(context, workshop, presence, options);
  if (uhid) await serve(context, workshop, key, presence, options);
  else {
    const { configuration, credentials } = key.snapshot();
    context.output.result(
      keyShape(key, state),
      () =>
        `${shown(configuration.productName)} is in ${state}, with ${credentials.length} passkeys. Use it with --soft-key ${state}\n`,
    );
  }
}

function listProfiles({ output }: Context): void {
  const rows = Object.entries(profiles).map(([name, configuration]) => ({
    name,
    ...profileShape(configuration),
  }));
  output.result(rows, () =>
    table(
      [
        { title: 'PROFILE', cell: ({ name }) => name },
        { title: 'CALLS ITSELF', cell: ({ productName }) => productName },
        { title: 'SPEAKS', cell: ({ versions }) => versions.join(' ') },
        { title: 'PIN', cell: ({ pin }) => (pin ? 'yes' : 'no') },
        { title: 'LISTS', cell: ({ listsPasskeys }) => (listsPasskeys ? 'yes' : 'no') },
        { title: 'SENSOR', cell: ({ sensor }) => (sensor ? 'yes' : 'no') },
        { title: 'ROOM', cell: ({ capacity }) => String(capacity) },
      ],
      rows,
      undefined,
    ),
  );
}

function profileShape(configuration: AuthenticatorConfiguration) {
  const { productName, versions, u2f, clientPin, credentialManagement, builtInUv, capacity, discoverable } =
    configuration;
  return {
    productName,
    versions: [...(u2f === 'none' ? [] : ['U2F_V2']), ...versions],
    pin: clientPin && u2f !== 'only',
    listsPasskeys: credentialManagement !== 'none',
    sensor: builtInUv,
    capacity: discoverable && u2f !== 'only' ? capacity : 0,
  };
}

/** The key in the file, or a new one. */
async function made(
  context: Context,
  { clock, random, openFile }: Workshop,
  presence: DirectedPresence,
  { profile, name, state: path, pinFromStdin, passkeys }: SoftKeyOptions,
): Promise<SimulatedKey> {
  const exists = path !== undefined && existsSync(path);
  if (exists && [profile, name, pinFromStdin, passkeys].some((option) => option !== undefined))
    throw usage(
      `${shown(path)} holds a key already. Leave out --profile, --name, --passkeys and --pin-from-stdin, or give another file.`,
    );
  const pin = pinFromStdin ? await context.terminal.readLine(context.signal) : undefined;
  if (pinFromStdin && !pin)
    throw new CommandFailure('pin-needed', 'No PIN came from standard input. Give it as one line there.');
  try {
    const state = exists
      ? undefined
      : stateOfDescribed(
          { profile, name, pin, ...(passkeys !== undefined && { samplePasskeys: count(passkeys) }) },
          random,
        );
    return await SimulatedKey.open({
      clock,
      random,
      presence,
      ...(path !== undefined && { file: openFile(path) }),
      ...(state && { state }),
    });
  } catch (error) {
    if (error instanceof RecipeError) throw new CommandFailure('usage', error.message, {}, { cause: error });
    if (error instanceof StateError) throw new CommandFailure('file', error.message, {}, { cause: error });
    throw error;
  }
}

function count(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw usage(`--passkeys wants a number, not “${shown(text)}”.`);
  return Number(text);
}

/** Until Ctrl-C, or until a misbehaviour of the key takes it out. */
async function serve(
  context: Context,
  { uhid }: Workshop,
  key: SimulatedKey,
  presence: DirectedPresence,
  { state }: SoftKeyOptions,
): Promise<void> {
  const { output, signal, touch } = context;
  const { productName } = key.configuration;
  const name = shown(productName);
  let onGone: (error?: unknown) => void = () => undefined;
  const gone = new Promise<unknown>((resolve) => (onGone = resolve));
  if (touch === 'always') presence.direct([], 'granted');
  const plugged = await UhidKey.plug(uhid, key, {
    onWink: () => output.note(`${name} blinks.`),
    onGone,
  }).catch((error: unknown) => {
    throw whyNoUhid(error);
  });
  output.result(keyShape(key, state), () => `${name} is plugged in. Ctrl-C takes it out.\n`);
  const stopTouching = touch === 'ask' ? touchByEnter(context, name, presence) : () => undefined;
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  const error = await Promise.race([gone, interrupted]);
  stopTouching();
  await plugged.unplug();
  if (signal.aborted) return;
  if (error instanceof Error)
    throw new CommandFailure('unplugged', `${name} is gone: ${error.message}.`, {}, { cause: error });
  output.note(`${name} took itself out.`);
}

/** Each press of Enter is a touch, and one that comes early counts for nothing, as with a key. */
function touchByEnter({ terminal, output }: Context, name: string, presence: DirectedPresence): () => void {
  const over = new AbortController();
  presence.onChange(() => {
    const { awaited } = presence;
    if (!awaited) return;
    const site = awaited.rpId === undefined ? '' : ` for ${shown(awaited.rpId)}`;
    output.note(`${name} waits for a touch${site}. Press Enter.`);
  });
  const read = async (): Promise<void> => {
    while ((await terminal.readLine(over.signal)) !== undefined) presence.touch();
  };
  read().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  return () => over.abort();
}

function keyShape(key: SimulatedKey, state: string | undefined) {
  const { productName, serial } = key.configuration;
  const { credentials, pin } = key.snapshot();
  return {
    name: productName,
    serial: serial || null,
    state: state ?? null,
    passkeys: credentials.length,
    pin: pin.hash !== undefined,
  };
}

function whyNoUhid(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return new CommandFailure(
    code === 'access-denied' ? 'access-denied' : 'unsupported',
    message,
    {},
    { cause: error },
  );
}
