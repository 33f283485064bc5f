/** State files of simulated keys for `--soft-key FILE`: made before the app starts, read again to see what it did. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyState } from '../../main/authenticator/key-state';
import { parseState, serializeState } from '../../main/authenticator/state';
import { pinBytes, pinHash } from '../../main/ctap/pin-protocol';
import { stateOf, type KeyRecipe } from './desk';
import { SeededRandom } from './seeded-random';

export interface SoftKeyFile {
  readonly path: string;
  /** As it shows in the window, where no other key has the same name. */
  readonly name: string;
  /** What the key holds now. */
  read(): KeyState;
  /** `site user` of every passkey that it holds now, in alphabetical order. */
  passkeys(): readonly string[];
  /** Whether this is its PIN now; null asks whether it has none. */
  hasPin(pin: string | null): boolean;
}

export class SoftKeyFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'latchkey-soft-keys-'));
  #made = 0;

  /** `name` begins with "Simulated". Every key has a serial number of its own unless `changes` say otherwise. */
  make(name: string, recipe: KeyRecipe = {}): SoftKeyFile {
    const number = ++this.#made;
    const path = join(this.path, `key-${number}.json`);
    const changes = { productName: name, serial: `serial-${number}`, ...recipe.changes };
    const state = stateOf({ ...recipe, changes }, new SeededRandom(`${name} ${number}`));
    writeFileSync(path, serializeState(state));
    const read = (): KeyState => parseState(readFileSync(path), path);
    return {
      path,
      name: changes.productName,
      read,
      passkeys: () =>
        read()
          .credentials.map(({ credential: { rp, user } }) => `${rp.id} ${user.name ?? ''}`.trim())
          .sort(),
      hasPin: (pin) => {
        const { hash } = read().pin;
        if (pin === null || hash === undefined) return pin === null && hash === undefined;
        return Buffer.from(hash).equals(pinHash(pinBytes(pin)));
      },
    };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
