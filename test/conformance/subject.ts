/** What a conformance case works on: an authenticator behind {@link Ctap2Api}, whichever way it is reached. */
import { expect } from 'vitest';
import type { Ctap2Api } from '../../main/ctap/api';
import type { CborMap } from '../../main/ctap/cbor';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import { newKeyAgreementKey, pinProtocol, type PinProtocol } from '../../main/ctap/pin-protocol';
import { Status, type StatusName } from '../../main/ctap/status';
import type { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import type { RandomSource } from '../../native/ports';
import type { Need } from './needs';
import type { ManualClock } from '../support/manual-clock';
import type { SoftKeyRecipe } from '../support/soft-key';

export interface Subject {
  readonly api: Ctap2Api;
  readonly clock: ManualClock;
  readonly random: RandomSource;
  readonly presence: ScriptedPresence;
  /** The key's own, where it is not the one that the cases set. */
  readonly pin?: string;
  /** Out and in again. */
  powerCycle(): Promise<void>;
  /** Lets time pass until `condition` holds; fails when it never does. */
  readonly until: (what: string, condition: () => boolean) => Promise<void>;
}

export interface ConformanceCase {
  /** Of CTAP 2.1 where nothing else is said: `§6.5.5.5 step 3`. */
  readonly section: string;
  readonly name: string;
  readonly recipe?: SoftKeyRecipe;
  /** What it wants besides, of an authenticator that was not made for it. */
  readonly needs?: readonly Need[];
  /** On a real key it would lose what is there: the PIN, tries, passkeys, policy. */
  readonly destructive?: true;
  readonly run: (subject: Subject) => Promise<void>;
}

/** The authenticator answers with exactly this status byte. */
export async function expectStatus(answer: Promise<unknown>, status: StatusName): Promise<void> {
  await expect(answer).rejects.toMatchObject({
    name: 'CtapStatusError',
    statusName: status,
    status: Status[status],
  });
}

/** Key agreement done: what every PIN request needs. */
export interface Agreement {
  readonly protocol: PinProtocol;
  readonly secret: Uint8Array;
  readonly common: { readonly pinUvAuthProtocol: number; readonly keyAgreement: CborMap };
}

export async function agree({ api, random }: Subject, version: number): Promise<Agreement> {
  const protocol = pinProtocol(version, random);
  const { keyAgreement } = await api.clientPin({
    pinUvAuthProtocol: version,
    subCommand: ClientPinSubcommand.GET_KEY_AGREEMENT,
  });
  const own = newKeyAgreementKey(random);
  const secret = keyAgreement && protocol?.sharedSecret(own, keyAgreement);
  if (!protocol || !secret) throw new Error('no key agreement');
  return { protocol, secret, common: { pinUvAuthProtocol: version, keyAgreement: own.publicKey } };
}
