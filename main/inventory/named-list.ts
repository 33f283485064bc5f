/** The names that the user gave to passkeys, in the one list: put into it, and forgotten when a passkey is gone for good. */
import { DEVICE_ID } from './device-model';
import type { DevicePlace } from './device-place';
import { placeOf } from './delete-by-place';
import type { DeleteOutcome, Passkey } from './model';
import type { Concerns, OwnNamesStore } from './own-names';

export class NamedList {
  readonly #names: OwnNamesStore | undefined;
  /** The file was asked for: until there is something to show, nobody needs it. */
  #wanted = false;
  /** In Recently deleted when it was last looked at. */
  #deleted: readonly Passkey[] = [];
  /** No longer in it then, because of their age. */
  #overdue: readonly Passkey[] = [];

  constructor(names: OwnNamesStore | undefined, onChange: (concerns: Concerns) => void) {
    this.#names = names;
    names?.onChange(onChange);
  }

  /** Names may still be on their way; they are reported as a change. */
  named<P extends Passkey>(passkeys: readonly P[]): readonly P[] {
    if (!this.#names || passkeys.length === 0) return passkeys;
    if (!this.#wanted) void this.read();
    return passkeys.map((passkey) => {
      const ownName = this.#names?.nameOf(passkey.credential.credentialId);
      return ownName === undefined ? passkey : { ...passkey, ownName };
    });
  }

  async read(): Promise<void> {
    this.#wanted = true;
    await this.#names?.read();
  }

  /** The other program may have changed them. */
  async readAgain(): Promise<void> {
    if (this.#wanted) await this.read();
  }

  /** Of those that were deleted: on this device they can still be restored. */
  async forgetDeleted(outcomes: readonly DeleteOutcome[]): Promise<void> {
    await this.#forget(
      outcomes.flatMap(({ passkeyId, outcome }) =>
        outcome === 'deleted' && placeOf(passkeyId) !== DEVICE_ID ? [credentialIdIn(passkeyId)] : [],
      ),
    );
  }

  async forgetAll(passkeys: readonly Passkey[]): Promise<void> {
    await this.#forget(passkeys.map(({ credential }) => credential.credentialId));
  }

  /** What has left Recently deleted and was not restored is gone for good, whoever deleted it. */
  async followDevice({ status, passkeys, deleted, overdue }: DevicePlace): Promise<void> {
    if (status.state !== 'open') {
      this.#deleted = this.#overdue = [];
      return;
    }
    const late = overdue.filter(({ id }) => !this.#overdue.some((known) => known.id === id));
    const gone = this.#deleted === deleted ? [] : without(this.#deleted, [...passkeys, ...deleted]);
    this.#deleted = deleted;
    this.#overdue = overdue;
    await this.forgetAll([...gone, ...late]);
  }

  async #forget(credentialIds: readonly Uint8Array[]): Promise<void> {
    if (credentialIds.length > 0) await this.#names?.forget(credentialIds);
  }
}

function credentialIdIn(passkeyId: string): Uint8Array {
  return Uint8Array.from(Buffer.from(passkeyId.slice(passkeyId.lastIndexOf(':') + 1), 'hex'));
}

function without(some: readonly Passkey[], others: readonly Passkey[]): readonly Passkey[] {
  const ids = new Set(others.map(({ id }) => id));
  return some.filter(({ id }) => !ids.has(id));
}
