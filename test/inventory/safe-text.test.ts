import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlank, safeText } from '../../main/inventory/safe-text';

describe('text from a key, as it is shown', () => {
  it.each([
    ['plain ASCII', 'sam@example.com', 'sam@example.com', false],
    ['accents', 'Zoë Ångström', 'Zoë Ångström', false],
    ['Arabic', 'مستخدم', 'مستخدم', false],
    ['CJK', '日本語', '日本語', false],
    ['a family emoji, joined', '👩‍👩‍👧', '👩‍👩‍👧', false],
    ['an emoji with a variation selector', '❤️', '❤️', false],
    ['Persian with a zero-width non-joiner', 'می‌خواهم', 'می‌خواهم', false],
    ['NUL, bell, newline, tab', 'a\u0000\u0007\n\t', 'a␀␇␊␉', true],
    ['DEL and a C1 control', '\u007F\u0085', '␡\uFFFD', true],
    ['a right-to-left override', '\u202Emoc.elpmaxe\u202C', '\uFFFDmoc.elpmaxe\uFFFD', true],
    ['isolates and marks', '\u2066a\u2069\u200E\u200F\u061C', '\uFFFDa\uFFFD\uFFFD\uFFFD\uFFFD', true],
    [
      'zero-width characters between Latin letters',
      'exam\u200Bple\u200D.\u2060com\uFEFF',
      'exam\uFFFDple\uFFFD.\uFFFDcom\uFFFD',
      true,
    ],
    ['a soft hyphen', 'pay\u00ADpal', 'pay\uFFFDpal', true],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\uFFFDb\uFFFDc', true],
    ['letters without ink', '\u3164\u2800\uFFA0', '\uFFFD\uFFFD\uFFFD', true],
    ['tag characters', 'a\u{E0061}\u{E0062}', 'a\uFFFD\uFFFD', true],
    ['a lone surrogate', 'a\uD800b', 'a\uFFFDb', true],
    ['private use', '\uE000', '\uFFFD', true],
  ])('%s', (_name, raw, shown, altered) => {
    expect(safeText(raw, 100)).toEqual({ text: shown, altered, cut: false });
  });

  it('shows a cut text with an ellipsis, and never half a character', () => {
    expect(safeText('😀😀😀😀', 2)).toEqual({ text: '😀😀…', altered: false, cut: true });
    expect(safeText('abcdef', 3)).toEqual({ text: 'abc…', altered: false, cut: true });
    expect(safeText('abc', 3)).toEqual({ text: 'abc', altered: false, cut: false });
  });

  it('stops piles of combining marks', () => {
    const { text, altered } = safeText(`z${'\u0301'.repeat(100)}`, Infinity);
    expect(altered).toBe(true);
    expect(Array.from(text).length).toBeLessThan(12);
  });

  it('keeps ten kilobytes cheap in a row and whole in the details', () => {
    const raw = 'é'.repeat(10_000);
    expect(Array.from(safeText(raw).text)).toHaveLength(121);
    expect(Array.from(safeText(raw, Infinity).text)).toHaveLength(10_000);
  });

  it('lets nothing through that hides or reorders, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (raw) => {
        const { text } = safeText(raw, Infinity);
        const withoutJoiners = text.replace(/[\u200C\u200D]/g, '');
        expect(withoutJoiners).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('knows a text without anything to see', () => {
    expect(isBlank(undefined)).toBe(true);
    expect(isBlank(' \u00A0\n')).toBe(true);
    expect(isBlank('x')).toBe(false);
  });
});
