/** Passkeys to put into a vault, each of them recognisable. */
import type { Vault } from '../../main/vault/vault';
import type { Credential, CredentialSecrets } from '../../main/authenticator/env';
import { SeededRandom } from './seeded-random';

export interface Wanted {
  readonly rpId?: string;
  readonly userName?: string;
  readonly userId?: Uint8Array;
}

/** The `number`-th: the same whenever it is asked for. */
export function credential(
  number: number,
  { rpId = `site${number}.example`, userName, userId }: Wanted = {},
): Credential {
  const random = new SeededRandom(`credential ${number}`);
  return {
    id: random.bytes(32),
    rp: { id: rpId, name: `Site ${number}` },
    user: {
      id: userId ?? random.bytes(16),
      name: userName ?? `user${number}@example.com`,
      displayName: `User ${number}`,
    },
    algorithm: -7,
    publicKey: new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, random.bytes(32)],
      [-3, random.bytes(32)],
    ]),
    credProtect: 2,
    largeBlobKey: random.bytes(32),
    thirdPartyPayment: true,
  };
}

export function secrets(number: number): CredentialSecrets {
  const random = new SeededRandom(`secrets ${number}`);
  return {
    privateKey: random.bytes(32),
    credRandomWithUv: random.bytes(32),
    credRandomWithoutUv: random.bytes(32),
    credBlob: random.bytes(number % 33),
  };
}

/** Puts it in; the vault's secrets have to be open. @returns its credential ID */
export async function add(vault: Vault, number: number, wanted: Wanted = {}): Promise<Uint8Array> {
  const made = credential(number, wanted);
  await vault.storage.credentials.save(made, secrets(number));
  return made.id;
}

/** Which one it is. */
export function numberOf({ rp }: Credential): number {
  return Number(/^Site (\d+)$/.exec(rp.name ?? '')?.[1]);
}

/** The IDs of what the list shows, as text. */
export function ids(passkeys: readonly { readonly credential: Credential }[]): string[] {
  return passkeys.map(({ credential: { id } }) => hex(id));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
