/**
 * What a PIN must be (CTAP 2.1 §6.5.1): a least number of Unicode code points and a greatest number of bytes of UTF-8,
 * both counted after normalisation to form C. The main process checks again; here it is said before the mistake.
 */

export interface PinRules {
  readonly minLength: number;
  readonly maxBytes: number;
}

export interface PinCheck {
  readonly codePoints: number;
  readonly bytes: number;
  readonly tooShort: boolean;
  readonly tooLong: boolean;
  readonly ok: boolean;
}

export function checkPin(typed: string, rules: PinRules): PinCheck {
  const pin = typed.normalize('NFC');
  const codePoints = Array.from(pin).length;
  const bytes = new TextEncoder().encode(pin).length;
  const tooShort = codePoints < rules.minLength;
  const tooLong = bytes > rules.maxBytes;
  return { codePoints, bytes, tooShort, tooLong, ok: !tooShort && !tooLong };
}

/** Two PINs are the same when they are the same after normalisation: é typed in two ways is one é. */
export function samePin(a: string, b: string): boolean {
  return a.normalize('NFC') === b.normalize('NFC');
}
