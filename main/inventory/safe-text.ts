/**
 * Makes text that came from a key or a web site safe to look at. Such text can hold anything: control characters,
 * direction overrides that turn `moc.elpmaxe` into `example.com`, invisible characters that make two different names
 * look the same, or ten kilobytes of it. What would be invisible or would rearrange its surroundings is replaced by
 * something that can be seen. The text itself is never changed where it is compared or searched, only where it is shown.
 */

/** Stands for a character that cannot be shown. */
const PLACEHOLDER = '\uFFFD';

/** Longest text shown in a row or a title, in code points. CSS shortens further; this keeps layout cheap. */
export const ROW_TEXT_LENGTH = 120;

export interface SafeText {
  readonly text: string;
  /** Something was replaced: the text held characters that do not show. */
  readonly altered: boolean;
  /** It was longer than asked for; `text` ends in an ellipsis. */
  readonly cut: boolean;
}

const COMBINING_RUN = /(\p{M}{6})\p{M}+/gu;
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Zero-width joiner and non-joiner are part of how some scripts and emoji are written. They stay when both
 * neighbours are of that kind, and nowhere else: between Latin letters they only hide a difference.
 */
const JOINED =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Mongolian}]/u;

/** Characters that are letters, marks or symbols by category but leave no ink. */
const BLANK_LETTERS: ReadonlySet<number> = new Set([
  0x115f, 0x1160, 0x3164, 0xffa0, 0x2800, 0x034f, 0x17b4, 0x17b5,
]);

function shown(character: string, before: string, after: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code); // ␀ ␉ ␊ …
  if (code < 0x7f) return character;
  if (code === 0x7f) return '\u2421'; // ␡
  if (code === 0x200c || code === 0x200d) {
    return JOINED.test(before) && JOINED.test(after) ? character : PLACEHOLDER;
  }
  if (BLANK_LETTERS.has(code)) return PLACEHOLDER;
  // Variation selectors only choose how the character before them looks; alone they are nothing.
  if (code >= 0xfe00 && code <= 0xfe0f) return before === '' ? PLACEHOLDER : character;
  if (code >= 0xe0100 && code <= 0xe01ef) return PLACEHOLDER;
  // C1, format (which all direction controls and zero-width characters are), unassigned, private use, line and
  // paragraph separators; lone surrogates.
  if (/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/u.test(character) || LONE_SURROGATE.test(character)) {
    return PLACEHOLDER;
  }
  return character;
}

/** `max` in code points; Infinity for everything. */
export function safeText(raw: string, max: number = ROW_TEXT_LENGTH): SafeText {
  // The common case, and 10,000 rows of it: printable ASCII.
  if (raw.length <= max && /^[\x20-\x7e]*$/.test(raw)) return { text: raw, altered: false, cut: false };
  // Cut first, in UTF-16 units that are surely enough, so that ten kilobytes cost no more than one line.
  const enough = Number.isFinite(max) ? raw.slice(0, max * 2 + 2) : raw;
  const characters = Array.from(enough);
  const cut = characters.length > max || enough.length < raw.length;
  const kept = cut && Number.isFinite(max) ? characters.slice(0, max) : characters;
  let altered = false;
  const out = kept.map((character, index) => {
    const next = shown(character, characters[index - 1] ?? '', characters[index + 1] ?? '');
    if (next !== character) altered = true;
    return next;
  });
  const text = out.join('').replace(COMBINING_RUN, (_run, first: string) => {
    altered = true;
    return first + PLACEHOLDER;
  });
  return { text: cut ? `${text}…` : text, altered, cut };
}

/** The same text without what {@link safeText} would replace; line breaks and runs of blanks become a space. For text that is to be kept. */
export function withoutHidden(raw: string): string {
  const characters = Array.from(raw.replace(/\s+/gu, ' '));
  return characters
    .filter((each, index) => each === shown(each, characters[index - 1] ?? '', characters[index + 1] ?? ''))
    .join('')
    .replace(COMBINING_RUN, '$1');
}

/** There is nothing in it that a person could see. */
export function isBlank(raw: string | undefined): boolean {
  return raw === undefined || raw.trim() === '';
}
