/**
 * How a host is shown to the person who decides: in its own script where that helps, as `xn--…` where it could be taken for another
 * (Unicode TR39 §5 "Restriction levels" and §4 "Confusable detection" give the ideas; browsers have such rules, each its own).
 * Rather one name too many as `xn--…` than one look-alike.
 */
import { domainToASCII, domainToUnicode } from 'node:url';

/** ASCII digits only: other scripts have digits that look like different ones. */
const COMMON = '0-9-';

/** One script each, or those that one language mixes. Never with Latin: look-alikes are made of к, κ and k. */
const scripts: readonly RegExp[] = [
  // Latin as Europe writes it, but for þ and for letters that only a missing dot or a thin stroke tells from plain ones.
  /^[a-z0-9ß-öø-ýÿāăćĉċčďēĕėěĝğġģĥĩīĭĵķĺļľńņňōŏőœŕŗřśŝşšţťũūŭůűŵŷźżž-]+$/u,
  new RegExp(`^[\\p{Script=Cyrillic}${COMMON}]+$`, 'u'),
  new RegExp(`^[\\p{Script=Greek}${COMMON}]+$`, 'u'),
  new RegExp(`^[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー${COMMON}]+$`, 'u'),
  new RegExp(`^[\\p{Script=Han}\\p{Script=Bopomofo}${COMMON}]+$`, 'u'),
  new RegExp(`^[\\p{Script=Han}가-힣${COMMON}]+$`, 'u'),
  new RegExp(`^[\\p{Script=Devanagari}${COMMON}]+$`, 'u'),
  new RegExp(`^[\\p{Script=Thai}${COMMON}]+$`, 'u'),
  // The other scripts stay as they are: those that are written from right to left would be drawn in another order than the labels
  // have, and of the rest it is not known here which letters pass for others.
];

/** A label of these alone could pass for one in Latin letters, or for the punctuation of an address. */
const LOOK_ALIKES: readonly RegExp[] = [
  /^[аысԁеԍһіюјӏорԗԛѕԝхуъьҽпгѵѡ0-9-]+$/u,
  /^[αάγεέηήιίκνορτυύχωώό0-9-]+$/u,
  /^[ノソゾンロニエトハミーへべぺ一二三口工丶丿〇0-9-]+$/u,
  /^[ทนบพรหแ0-9-]+$/u,
];

/** Letters, digits and the hyphen: no symbols, no joiners, nothing without ink. Marks only where words are written with them. */
const LETTERS = /^([\p{Ll}\p{Lo}\p{Lm}0-9-]|(?=\p{L})[\p{Script=Devanagari}\p{Script=Thai}]\p{M}{1,3})+$/u;

function isPlain(label: string): boolean {
  return (
    LETTERS.test(label) &&
    !LOOK_ALIKES.some((lookAlike) => lookAlike.test(label)) &&
    scripts.some((script) => script.test(label))
  );
}

/** @param host as the URL standard writes it: lower case, A-labels */
export function displayedHost(host: string): string {
  return host
    .split('.')
    .map((label) => {
      if (!label.startsWith('xn--')) return label;
      const unicode = domainToUnicode(label);
      // What decodes to something that is not written like this (`xn--apple-` does, to `apple`) is not another spelling of it.
      return isPlain(unicode) && domainToASCII(unicode) === label ? unicode : label;
    })
    .join('.');
}
