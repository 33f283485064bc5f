/** What the demo site keeps of its users: in memory, until it ends. */
import { randomBytes } from 'node:crypto';
import type { WebAuthnCredential } from '@simplewebauthn/server';

/** What a site knows of a passkey when it was made. */
export interface NewPasskey {
  readonly credential: WebAuthnCredential;
  /** Of the authenticator's model: 8-4-4-4-12 hexadecimal digits. */
  readonly aaguid: string;
  readonly attachment: string | undefined;
  /** It may be on other devices, too. */
  readonly synced: boolean;
  readonly userVerified: boolean;
}

export interface Passkey extends Omit<NewPasskey, 'credential'> {
  /** base64url */
  readonly id: string;
  readonly publicKey: WebAuthnCredential['publicKey'];
  readonly transports: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  counter: number;
  name: string;
  lastUsed: number | undefined;
}

/** The user handle that is in every passkey; nothing of the user's. */
export interface Account {
  /** base64url of 32 random bytes. */
  readonly id: string;
  name: string;
  displayName: string;
  readonly passkeys: Passkey[];
}

export class Accounts {
  readonly #accounts = new Map<string, Account>();

  /** An account that is not kept yet: there is none without a passkey. */
  draft(name: string, displayName: string): Account {
    return { id: randomBytes(32).toString('base64url'), name, displayName, passkeys: [] };
  }

  keep(account: Account): void {
    this.#accounts.set(account.id, account);
  }

  byId(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  /** Names are not told apart by their case. */
  byName(name: string): Account | undefined {
    const wanted = name.toLowerCase();
    return [...this.#accounts.values()].find((account) => account.name.toLowerCase() === wanted);
  }

  byPasskey(id: string): { readonly account: Account; readonly passkey: Passkey } | undefined {
    for (const account of this.#accounts.values()) {
      const passkey = account.passkeys.find((one) => one.id === id);
      if (passkey) return { account, passkey };
    }
    return undefined;
  }

  add(account: Account, made: NewPasskey, now: number): Passkey {
    const { credential, ...facts } = made;
    const passkey: Passkey = {
      ...facts,
      id: credential.id,
      publicKey: credential.publicKey,
      transports: credential.transports ?? [],
      created: now,
      counter: credential.counter,
      name: firstFree(account.passkeys.map(({ name }) => name)),
      lastUsed: undefined,
    };
    account.passkeys.push(passkey);
    return passkey;
  }

  /** @returns whether it was there */
  remove(account: Account, id: string): boolean {
    const at = account.passkeys.findIndex((passkey) => passkey.id === id);
    if (at < 0) return false;
    account.passkeys.splice(at, 1);
    return true;
  }
}

/** "Passkey 1", "Passkey 2", …: the first that is not taken. */
function firstFree(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = `Passkey ${number}`;
    if (!taken.includes(name)) return name;
  }
}
