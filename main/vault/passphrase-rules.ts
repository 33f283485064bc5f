/**
 * What a new passphrase must be like. Pure, like pin-rules.ts. It protects the file alone, against people with time
 * and computers: so it is longer than a PIN.
 */
import { whyObvious } from './pin-rules';

/** Code points, after normalisation. */
export const MIN_PASSPHRASE_LENGTH = 10;
/** The same. */
export const MAX_PASSPHRASE_LENGTH = 1024;
/** So many different characters at least. */
const MIN_VARIETY = 5;

/** Why `passphrase` cannot be a new one, as a sentence; undefined when it can. */
export function checkNewPassphrase(passphrase: string): string | undefined {
  const points = [...passphrase.normalize('NFC')];
  if (points.length < MIN_PASSPHRASE_LENGTH)
    return `Use at least ${MIN_PASSPHRASE_LENGTH} characters; several words are best.`;
  if (points.length > MAX_PASSPHRASE_LENGTH) return `Use at most ${MAX_PASSPHRASE_LENGTH} characters.`;
  if (new Set(points).size < MIN_VARIETY)
    return 'These are the same few characters again and again. Choose something less obvious.';
  // "pass word 12345" is "password12345".
  return (
    whyObvious(points.join('')) ??
    whyObvious(
      points
        .join('')
        .replace(/[\s_.-]/gu, '')
        .replace(/\d{3,}$/, ''),
    )
  );
}
