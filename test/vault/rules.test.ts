import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatKeychainItem, parseKeychainItem } from '../../main/vault/keychain-item';
import { whySigningInHere } from '../../main/vault/pam-sites';
import { checkNewPassphrase } from '../../main/vault/passphrase-rules';
import { checkNewPin } from '../../main/vault/pin-rules';
import { formatRecoveryKey, parseRecoveryKey, RECOVERY_KEY_LENGTH } from '../../main/vault/recovery-key';

describe('a new PIN', () => {
  test.each([
    ['too short', '80351', /at least 6/],
    ['too short once it is composed', 'u\u0308u\u0308u\u0308', /at least 6/],
    ['too long', '8035'.repeat(16) + '1', /at most 64/],
    ['one character', '777777', /again and again/],
    ['two characters', '121212', /again and again/],
    ['a piece of three', 'abcabcabc', /again and again/],
    ['counting up', '456789', /in order/],
    ['counting down', '987654', /in order/],
    ['counting on after nine', '789012', /in order/],
    ['counting by two', '135791', /in order/],
    ['letters in order', 'CDEFGH', /in order/],
    ['pairs', '112233', /pairs/],
    ['pairs down', '998877', /pairs/],
    ['a row of keys', 'qwertz', /next to each other/],
    ['a row of keys backwards', 'poiuyt', /next to each other/],
    ['a column of keys', '147258', /next to each other/],
    ['common', 'Passw0rd', /many people/],
    ['common with a number', 'dragon12', /many people/],
    ['common digits', '159753', /many people/],
  ])('that is %s is refused with the reason', (_, pin, reason) => {
    expect(checkNewPin(pin)).toMatch(reason);
  });

  test.each(['803517', 'x7k2pq', '290583', 'Blaue Tür 4', '🙂🐳🌵🔑🎈🧭', '8035'.repeat(3) + '9', 'qwe803'])(
    '%s is taken',
    (pin) => expect(checkNewPin(pin)).toBeUndefined(),
  );

  test('counts code points, not code units', () => {
    expect(checkNewPin('🙂🐳🌵')).toMatch(/at least 6/);
    const points = Array.from({ length: 64 }, (_, at) => String.fromCodePoint(0x1f300 + ((at * 37) % 67)));
    expect(checkNewPin(points.join(''))).toBeUndefined();
    expect(checkNewPin([...points, 'x'].join(''))).toMatch(/at most 64/);
  });

  test('is judged the same however it is composed, and no text makes the rules fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (pin) => {
        expect(checkNewPin(pin.normalize('NFD'))).toBe(checkNewPin(pin.normalize('NFC')));
      }),
      { seed: 4 },
    );
  });

  test('few of all six digits are refused', () => {
    // Otherwise the rules would get in the way; they are about what is guessed first.
    let refused = 0;
    for (let number = 0; number < 1_000_000; number += 37)
      if (checkNewPin(String(number).padStart(6, '0')) !== undefined) refused++;
    expect(refused / (1_000_000 / 37)).toBeLessThan(0.005);
  });
});

describe('a new passphrase', () => {
  test.each([
    ['too short', 'nine char', /at least 10/],
    ['too long', 'abcdefghij k'.repeat(100), /at most 1024/],
    ['the same few characters', 'aabbaabbccbb', /same few/],
    ['a row of keys', 'qwertyuiop', /next to each other/],
    ['counting', '0123456789', /obvious/],
    ['common with a number', 'password12345', /many people/],
    ['common, in pieces', 'pass word 123', /many people/],
    ['repeated', 'word8word8word8', /obvious/],
  ])('that is %s is refused with the reason', (_, passphrase, reason) => {
    expect(checkNewPassphrase(passphrase)).toMatch(reason);
  });

  test.each(['correct horse battery staple', 'Über sieben Brücken', 'k3$9xq!mzp2'])(
    '%s is taken',
    (passphrase) => expect(checkNewPassphrase(passphrase)).toBeUndefined(),
  );
});

describe('a recovery key on paper', () => {
  const key = fc.uint8Array({ minLength: RECOVERY_KEY_LENGTH, maxLength: RECOVERY_KEY_LENGTH });

  test('is nine groups of four, and is read again as it was', () => {
    fc.assert(
      fc.property(key, (bytes) => {
        const text = formatRecoveryKey(bytes);
        expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
        expect(parseRecoveryKey(text)).toEqual(bytes);
      }),
      { seed: 4 },
    );
  });

  test('is read with small letters, other dashes, blanks, and O for 0, I and L for 1', () => {
    fc.assert(
      fc.property(key, (bytes) => {
        const text = formatRecoveryKey(bytes).toLowerCase();
        const typed = ` ${text.replaceAll('-', ' \u2013 ').replaceAll('0', 'o').replaceAll('1', 'l')}\n`;
        expect(parseRecoveryKey(typed)).toEqual(bytes);
        expect(parseRecoveryKey(text.replaceAll('-', '').replaceAll('1', 'I'))).toEqual(bytes);
      }),
      { seed: 4 },
    );
  });

  test('with one letter wrong, two exchanged, or one missing is noticed', () => {
    let slips = 0;
    let noticed = 0;
    fc.assert(
      fc.property(key, fc.nat({ max: 35 }), fc.nat({ max: 30 }), (bytes, at, by) => {
        const letters = [...formatRecoveryKey(bytes).replaceAll('-', '')];
        const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        const wrong = letters.with(at, alphabet[(alphabet.indexOf(letters[at]!) + 1 + by) % 32]!);
        const next = (at + 1) % 36;
        const exchanged = letters.with(at, letters[next]!).with(next, letters[at]!);
        for (const typed of [
          wrong,
          letters.toSpliced(at, 1),
          ...(letters[at] === letters[next] ? [] : [exchanged]),
        ]) {
          slips++;
          if (parseRecoveryKey(typed.join('')) === undefined) noticed++;
        }
      }),
      { seed: 4, numRuns: 1000 },
    );
    expect(noticed).toBe(slips);
    expect(parseRecoveryKey('')).toBeUndefined();
    expect(parseRecoveryKey('U'.repeat(36))).toBeUndefined();
  });
});

describe("the keychain's item", () => {
  test('is read as it was written, and says when the set-up is not over', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.boolean(),
        (id, key, unfinished) => {
          expect(parseKeychainItem(formatKeychainItem({ id, key, unfinished }))).toEqual({
            id,
            key,
            unfinished,
          });
        },
      ),
      { seed: 4 },
    );
  });

  test('of another kind is no key, and no text makes it fail', () => {
    const item = formatKeychainItem({ id: new Uint8Array(16), key: new Uint8Array(32), unfinished: false });
    for (const text of [
      '',
      item.slice(0, -1),
      `${item}.more`,
      `${item}.unfinished.more`,
      `${item}A`,
      item.replace('.1.', '.01.'),
      item.replace('.1.', '.x.'),
    ])
      expect(parseKeychainItem(text), text).toBe('strange');
    expect(parseKeychainItem(item.replace('.1.', '.2.'))).toBe('newer');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseKeychainItem(text)).toBe('strange');
      }),
      { seed: 4 },
    );
  });
});

describe('a passkey that signs in to the machine itself', () => {
  test.each(['pam://desk', 'pam://desk.example.com', 'PAM://Desk', 'pam://'])(
    '%s cannot be deleted',
    (rpId) => {
      expect(whySigningInHere(rpId)).toMatch(/does not delete it/);
    },
  );

  test.each(['example.com', 'pam.example', 'pam', 'https://pam://', ''])('%s can', (rpId) => {
    expect(whySigningInHere(rpId)).toBeUndefined();
  });
});
