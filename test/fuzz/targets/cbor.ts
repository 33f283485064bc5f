/** CBOR: only CborError comes out, nothing unfolds, and canonical means one form (CTAP 2.1 §8). */
import {
  arrayItems,
  CborError,
  decodeCbor,
  decodeCborLeniently,
  decodeCborSequenceLeniently,
  encodeCbor,
  scalars,
  type CborValue,
} from '../../../main/ctap/cbor';
import { profileNames } from '../../../main/authenticator/key-recipe';
import { Choices } from '../choices';
import { expectThat, throwsOnly, type FuzzTarget } from '../target';
import { exampleMessages, infoOf } from './examples';

export const cbor: FuzzTarget = {
  name: 'cbor',
  runs: 4000,
  seeds: async () => [
    ...exampleMessages.map((message) => Uint8Array.of(0, ...message)),
    Uint8Array.of(0, ...(await infoOf(profileNames()[0]!.profile))),
    Uint8Array.from({ length: 200 }, (_, index) => (index === 0 ? 1 : (index * 37) % 256)),
  ],
  run: (input) => {
    const choices = new Choices(input);
    if (choices.flag()) made(choices.cbor());
    else received(choices.rest());
  },
};

/** What we encode, we decode to the same, also leniently. */
function made(value: CborValue): void {
  const bytes = encodeCbor(value);
  // Another encoder's eyes: one deep comparison of what came back, keys sorted.
  expectThat(sameValue(decodeCbor(bytes), value), 'decodes to what was encoded');
  const flaws: string[] = [];
  expectThat(sameValue(decodeCborLeniently(bytes, flaws), value), 'decodes leniently to what was encoded');
  expectThat(flaws.length === 0, 'our own encoding has no flaws');
}

function received(bytes: Uint8Array): void {
  const copy = bytes.slice();
  const strict = throwsOnly(() => {
    const value = decodeCbor(bytes);
    expectThat(sizeOf(value) <= 8 * bytes.length, 'nothing unfolds');
    expectThat(Buffer.compare(encodeCbor(value), bytes) === 0, 'canonical bytes are encoded as they were');
  }, CborError);
  const flaws: string[] = [];
  throwsOnly(() => {
    const value = decodeCborLeniently(bytes, flaws);
    expectThat(sizeOf(value) <= 8 * bytes.length, 'nothing unfolds leniently');
    expectThat(strict === (flaws.length === 0), 'canonical is what has no flaws');
    const canonical = encodeCbor(value);
    expectThat(sameValue(decodeCbor(canonical), value), 'what was accepted can be encoded');
    if (
      strict &&
      Array.isArray(value) &&
      value.every((item) => !(item instanceof Map || Array.isArray(item)))
    )
      expectThat(sameValue(scalars(bytes), value), 'an array of scalars reads the same');
    if (Array.isArray(value))
      expectThat(arrayItems(bytes).length === value.length, 'an array has as many items as were decoded');
  }, CborError);
  throwsOnly(() => decodeCborSequenceLeniently(bytes, 2, []), CborError);
  throwsOnly(() => {
    const items = arrayItems(bytes);
    const inside = items.reduce((sum, item) => sum + item.length, 0);
    expectThat(inside < bytes.length, 'the items are no longer than their array');
  }, CborError);
  expectThat(Buffer.compare(copy, bytes) === 0, 'decoding leaves the bytes alone');
}

/** Items and bytes in `value`, about. */
function sizeOf(value: CborValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1 + value.length;
  if (value instanceof Map)
    return [...value].flat().reduce<number>((sum, item) => sum + sizeOf(item as CborValue), 1);
  return Array.isArray(value) ? value.reduce<number>((sum, item) => sum + sizeOf(item as CborValue), 1) : 1;
}

function sameValue(a: CborValue, b: CborValue): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Map)
    return (
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, item]) => b.has(key) && sameValue(item as CborValue, b.get(key) as CborValue))
    );
  if (Array.isArray(a))
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameValue(item as CborValue, b[index] as CborValue))
    );
  return a === b;
}
