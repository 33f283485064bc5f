/** `list` and `show`. */
import { algorithmText } from '../../inventory/key-facts';
import type { DeviceFacts } from '../../inventory/device-model';
import type { KeyStatus } from '../../inventory/model';
import { ProblemError } from '../../inventory/problems';
import { whySigningInHere } from '../../vault/pam-sites';
import type { Context, Desk } from '../context';
import { CommandFailure, ExitCode, failureOf } from '../failure';
import { deviceIfAny, devicePasskeys, isThisDevice, openDevice } from '../device';
import { everyKey, pluggedInKeys, statusNow, type OpenKeys } from '../keys';
import { shown } from '../output';
import {
  base64url,
  byId,
  filtered,
  idOf,
  inOrder,
  shortIdLength,
  THIS_DEVICE,
  whereOf,
  type ListedPasskey,
} from '../passkeys';
import { dateShape, passkeyDetailsShape, passkeyShape } from '../shapes';
import { labelled, table, type Column } from '../table';
import { unlocked } from '../verify';

export interface ListOptions {
  readonly filter?: string;
}

export async function list(context: Context, { filter }: ListOptions): Promise<ExitCode> {
  const { output } = context;
  const { passkeys, failures, someRead } = await readAll(context);
  const [firstFailure] = failures;
  const chosen = filter === undefined ? passkeys : filtered(passkeys, filter);
  if (someRead)
    output.result(chosen.map(passkeyShape), () => inRows(chosen, shortIdLength(passkeys), output.columns));
  await tellOfOwnNames(context);
  for (const failure of failures) output.failure(failure);
  if (firstFailure) return someRead ? ExitCode.PARTLY : firstFailure.exitCode;
  if (passkeys.length === 0) output.note('There are no passkeys.');
  else if (chosen.length === 0) output.note(`None of the ${passkeys.length} passkeys matches.`);
  return ExitCode.DONE;
}

export async function show(context: Context, id: string): Promise<void> {
  const { output } = context;
  const { passkeys, failures, someRead } = await readAll(context);
  const [firstFailure] = failures;
  if (firstFailure && !someRead) throw firstFailure;
  await tellOfOwnNames(context);
  for (const failure of failures) output.failure(failure);
  const listed = byId(passkeys, id);
  output.result(passkeyDetailsShape(listed), () => inDetail(listed));
}

/** What is wrong with the user's own names, if anything is. */
export async function tellOfOwnNames(context: Context): Promise<void> {
  const notice = (await context.ownNames())?.notice;
  if (notice !== undefined) context.output.note(notice);
}

interface Reading {
  readonly passkeys: readonly ListedPasskey[];
  /** One for each key whose passkeys could not be read, or not all of them. */
  readonly failures: readonly CommandFailure[];
  readonly someRead: boolean;
}

async function readAll(context: Context): Promise<Reading> {
  const device = await deviceIfAny(context);
  const onKeys =
    device && isThisDevice(context) ? nothingRead : await readKeys(context, device !== undefined);
  if (!device) return onKeys;
  // Behind the keys: lines of standard input are theirs first.
  try {
    const read = await devicePasskeys(context, await openDevice(context, device));
    return { ...onKeys, passkeys: inOrder([...onKeys.passkeys, ...read]), someRead: true };
  } catch (error) {
    context.signal.throwIfAborted();
    const { code, message, details } = failureOf(error);
    const failure = new CommandFailure(code, message, { ...details, key: THIS_DEVICE }, { cause: error });
    return { ...onKeys, failures: [...onKeys.failures, failure] };
  }
}

const nothingRead: Reading = { passkeys: [], failures: [], someRead: false };

/** @param besideDevice no key at all is an answer, too */
async function readKeys(context: Context, besideDevice: boolean): Promise<Reading> {
  let open: OpenKeys;
  try {
    open = await (besideDevice ? pluggedInKeys(context) : everyKey(context));
  } catch (error) {
    context.signal.throwIfAborted();
    if (!besideDevice) throw error;
    return { ...nothingRead, failures: [failureOf(error)] };
  }
  const { desk, keys } = open;
  const passkeys: ListedPasskey[] = [];
  const failures: CommandFailure[] = [];
  let someRead = false;
  for (const key of keys) {
    // Beside others, a key that can have no passkeys is no reason to complain.
    if ((keys.length > 1 || besideDevice) && hasNone(key)) continue;
    try {
      const read = await readOne(context, desk, key);
      passkeys.push(...read.passkeys);
      failures.push(...read.failures);
      someRead = true;
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(failureOf(error, shown(key.name)));
    }
  }
  const nothingToRead = failures.length === 0 && !besideDevice;
  return { passkeys: inOrder(passkeys), failures, someRead: someRead || nothingToRead };
}

async function readOne(
  context: Context,
  desk: Desk,
  key: KeyStatus,
): Promise<Pick<Reading, 'passkeys' | 'failures'>> {
  if (key.problem) throw new ProblemError(key.problem);
  const read = await unlocked(context, desk, key);
  const { listCutAt } = statusNow(desk, key);
  return {
    passkeys: read.map((passkey) => ({ passkey, key })),
    failures:
      listCutAt === undefined
        ? []
        : [
            new CommandFailure(
              'partly-done',
              `The security key claims more passkeys than any key holds; only the first ${listCutAt} were read.`,
              { key: shown(key.name) },
            ),
          ],
  };
}

function hasNone({ list: state }: KeyStatus): boolean {
  return state.state === 'nothing' && state.cannotList === 'no-discoverable-credentials';
}

function inRows(passkeys: readonly ListedPasskey[], idLength: number, width: number | undefined): string {
  if (passkeys.length === 0) return '';
  return table(passkeyColumns(idLength, passkeys), passkeys, width);
}

/** @param rows those that are to be shown */
export function passkeyColumns(
  idLength: number,
  rows: readonly ListedPasskey[],
): readonly Column<ListedPasskey>[] {
  return [
    { title: 'SITE', cell: ({ passkey }) => passkey.credential.rpId, flexible: true },
    {
      title: 'USER',
      cell: ({ passkey: { credential } }) => credential.user.name || credential.user.displayName || '-',
      flexible: true,
    },
    ...ownNameColumn(rows),
    { title: 'KEPT ON', cell: whereOf, flexible: true },
    { title: 'ID', cell: (listed) => idOf(listed).slice(0, idLength) },
  ];
}

/** Where nobody gave a name, nobody needs the column. */
export function ownNameColumn(rows: readonly ListedPasskey[]): readonly Column<ListedPasskey>[] {
  if (rows.every(({ passkey: { ownName } }) => ownName === undefined)) return [];
  return [{ title: 'OWN NAME', cell: ({ passkey: { ownName } }) => ownName ?? '-', flexible: true }];
}

const protections: Readonly<Record<number, string>> = {
  1: 'none: usable without PIN or fingerprint',
  2: 'the site has to name it, or PIN or fingerprint is needed',
  3: 'PIN or fingerprint is always needed',
};

function deviceFacts(facts: DeviceFacts): readonly (readonly [string, string])[] {
  return [
    ['Made', dateShape(facts.created) ?? '-'],
    ['Last used', dateShape(facts.lastUsed) ?? 'never'],
    ['Bound to', 'this device: it is copied nowhere'],
    ['Can be deleted', facts.notRemovable ?? (facts.protected ? 'no, it is protected' : 'yes')],
  ];
}

/** Where a passkey of a key cannot be deleted. */
function keyFacts(rpId: string): readonly (readonly [string, string])[] {
  const reason = whySigningInHere(rpId);
  return reason === undefined ? [] : [['Can be deleted', reason]];
}

function inDetail(listed: ListedPasskey): string {
  const { passkey, key } = listed;
  const { rpId, rpName, rpIdHash, user, algorithm, credProtect, ...more } = passkey.credential;
  const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
  return labelled([
    ['Your own name', shown(passkey.ownName ?? '', Infinity) || '-'],
    ['Site', shown(rpId, Infinity)],
    ['Name of the site', shown(rpName ?? '', Infinity) || '-'],
    ['User name', shown(user.name ?? '', Infinity) || '-'],
    ['Display name', shown(user.displayName ?? '', Infinity) || '-'],
    ['User handle', base64url(user.id) || '-'],
    ['Credential ID', idOf(listed)],
    ['Hash of the site', base64url(rpIdHash)],
    ['Signs with', algorithm === undefined ? '-' : algorithmText(algorithm)],
    ['Protection', credProtect === undefined ? '-' : (protections[credProtect] ?? String(credProtect))],
    ['Can have a blob', yesNo(more.hasLargeBlobKey)],
    ...(more.thirdPartyPayment === undefined
      ? []
      : [['For payments elsewhere', yesNo(more.thirdPartyPayment)] as const]),
    ['Names can be changed', yesNo(passkey.canEdit)],
    ['Kept on', key ? `${shown(key.name)} (${shown(key.device.path)})` : THIS_DEVICE],
    ...(passkey.device ? deviceFacts(passkey.device) : keyFacts(rpId)),
    ...more.flaws.map((flaw) => ['Oddity', shown(flaw, Infinity)] as const),
  ]);
}
