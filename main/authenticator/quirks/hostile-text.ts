/** Answers whose every text is hostile. */
import type { CborMap, CborValue } from '../../ctap/cbor';
import { hostileTexts } from '../quirks';

/** What all texts of one answer may come to, in UTF-16 code units; a CTAPHID message carries 7,609 bytes. */
const ROOM = 7000;

/** Keys stay as they are. Throws RangeError for a kind that there is not. */
export function withHostileText(map: CborMap, kind: string): CborMap {
  if (!Object.hasOwn(hostileTexts, kind))
    throw new RangeError(`the quirk hostile-text knows no kind "${kind}"`);
  const hostile = hostileTexts[kind as keyof typeof hostileTexts];
  const share = Math.floor(ROOM / Math.max(1, countTexts(map)));
  return replaced(map, hostile.slice(0, share)) as CborMap;
}

function countTexts(value: CborValue): number {
  if (typeof value === 'string') return 1;
  return partsOf(value).reduce<number>((sum, part) => sum + countTexts(part), 0);
}

function partsOf(value: CborValue): readonly CborValue[] {
  if (value instanceof Map) return [...(value as CborMap).values()];
  return Array.isArray(value) ? (value as readonly CborValue[]) : [];
}

function replaced(value: CborValue, text: string): CborValue {
  if (typeof value === 'string') return text;
  if (value instanceof Map)
    return new Map([...(value as CborMap)].map(([key, item]) => [key, replaced(item, text)]));
  return Array.isArray(value) ? (value as readonly CborValue[]).map((item) => replaced(item, text)) : value;
}
