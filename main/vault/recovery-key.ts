/**
 * The recovery key as people read it from paper: 20 random bytes and 20 bits of checksum in Crockford's base32, nine groups
 * of four. Small and capital letters are the same, as are O and 0, I, L and 1.
 */
import { createHash } from 'node:crypto';

export const RECOVERY_KEY_LENGTH = 20;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 4;
const CHECKSUM_LETTERS = 4;
const KEY_LETTERS = (RECOVERY_KEY_LENGTH * 8) / 5;

export function formatRecoveryKey(key: Uint8Array): string {
  const letters = lettersOf(key) + checksum(key);
  return (letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}

/** Undefined when it was copied wrongly: another length, a strange letter, or the checksum does not fit. */
export function parseRecoveryKey(typed: string): Uint8Array | undefined {
  const letters = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (letters.length !== KEY_LETTERS + CHECKSUM_LETTERS) return undefined;
  const key = new Uint8Array(RECOVERY_KEY_LENGTH);
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const letter of letters.slice(0, KEY_LETTERS)) {
    const five = ALPHABET.indexOf(letter);
    if (five < 0) return undefined;
    value = ((value << 5) | five) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    key[at++] = value >> bits;
  }
  return letters.slice(KEY_LETTERS) === checksum(key) ? key : undefined;
}

function checksum(key: Uint8Array): string {
  const hash = createHash('sha256').update('latchkey recovery key').update(key).digest();
  return lettersOf(hash).slice(0, CHECKSUM_LETTERS);
}

function lettersOf(bytes: Uint8Array): string {
  let letters = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      letters += ALPHABET.charAt((value >> bits) & 31);
    }
  }
  return letters;
}
