/** Look-alikes are shown as xn--…; what cannot be taken for another name is shown in its own script. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayedHost } from '../../main/webauthn/displayed-host';
import { parseOrigin } from '../../main/webauthn/origin';

const ascii = (host: string): string => new URL(`https://${host}`).hostname;

describe('an origin, as people see it', () => {
  test.each([
    ['German', 'https://münchen.de'],
    ['French', 'https://préfecture.fr'],
    ['Czech', 'https://háčkyčárky.cz'],
    ['Russian', 'https://пример.com'],
    ['Russian, the registry too', 'https://москва.рф'],
    ['Greek', 'https://παράδειγμα.gr'],
    ['Japanese', 'https://日本語.jp'],
    ['Japanese in kana', 'https://みんな.jp'],
    ['Chinese', 'https://例子.cn'],
    ['Korean', 'https://한국어.kr'],
    ['Hindi', 'https://उदाहरण.in'],
    ['Thai', 'https://ตัวอย่าง.th'],
    ['with a port', 'https://münchen.de:8443'],
    ['over http here', 'http://münchen.localhost:3000'],
  ])('%s is in its own script: %s', (_what, text) => {
    expect(parseOrigin(text).displayed).toBe(text);
  });

  test.each([
    ['а Cyrillic а in a Latin name', 'аpple.com'],
    ['a name of Cyrillic letters that all look Latin', 'аррӏе.com'],
    ['the same with digits and a hyphen', 'аре-2.com'],
    ['a Greek ο in a Latin name', 'gοοgle.com'],
    ['a name of Greek letters that all look Latin', 'οκ.com'],
    ['Cyrillic and Greek', 'жλ.com'],
    ['a Latin letter in a Japanese name', '日本go.jp'],
    ['a dotless ı', 'lınkedin.com'],
    ['a letter with a thin stroke', 'pałpal.com'],
    ['a thorn for a p', 'þaypal.com'],
    ['a letter with a dot below', 'ạpple.com'],
    ['kana that look like slashes', 'ノ.com'],
    ['ideographs that look like hyphens', 'a.一一.com'],
    ['Thai letters that look Latin', 'พร.com'],
    ['Arabic, which would turn the labels around', 'مثال.com'],
    ['Hebrew', 'דוגמה.com'],
    ['Armenian', 'օրինակ.com'],
    ['Cherokee, which looks like Latin', 'ᎪᏢᏢᏞᎬ.com'],
    ['an emoji', '💩.la'],
    ['Devanagari digits', 'उ१.in'],
    ['a stray accent over an ideograph', '日\u0301本.jp'],
    ['a stray mark over a Cyrillic letter', 'ж\u0483ж.com'],
    ['more marks than anybody writes', 'ก\u0e34\u0e49\u0e4c\u0e4e.th'],
  ])('%s: xn--…', (_what, host) => {
    const shown = displayedHost(ascii(host));
    expect(shown).toBe(ascii(host));
    expect(shown).toContain('xn--');
  });

  test.each(['xn--apple-.com', 'xn--xn--.com', 'xn--con1oso-.com'])(
    '%s, which decodes to plain ASCII, is as it is',
    (host) => {
      expect(displayedHost(host)).toBe(host);
    },
  );

  test('each label is looked at by itself', () => {
    expect(displayedHost(ascii('аррӏе.münchen.de'))).toBe(`${ascii('аррӏе.de').split('.')[0]}.münchen.de`);
  });

  test('ASCII is as it is, and the whole of it is there', () => {
    const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.con1oso.com`;
    expect(parseOrigin(`https://${long}:8443`).displayed).toBe(`https://${long}:8443`);
  });

  test('is another spelling of the same host, whatever the host', () => {
    const label = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...'aоοıéж漢한ー١日-1'), minLength: 1, maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), (labels) => {
        const text = `https://${labels.join('.')}`;
        if (!URL.canParse(text)) return;
        const host = new URL(text).hostname;
        const shown = displayedHost(host);
        expect(ascii(shown)).toBe(host);
        // Nothing without ink, and nothing that rearranges its neighbours.
        expect(shown).not.toMatch(/[\p{C}\p{Z}\p{Bidi_Control}]/u);
      }),
      { numRuns: 2000 },
    );
  });
});
