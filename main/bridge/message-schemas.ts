/** What comes over the bridge is checked here, and nowhere trusted before. */
import * as v from 'valibot';
import type { FromExtension, RelayHello } from './messages';

/** UTF-16 units, of any text that is no JSON. */
const LONGEST_TEXT = 4096;

const text = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));
/** Shown to people. */
const label = v.pipe(v.string(), v.maxLength(100));
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const options = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value)),
  v.record(v.string(), v.unknown()),
);
const page = {
  origin: text,
  topOrigin: v.exactOptional(text),
  isPrivate: v.exactOptional(v.literal(true)),
};
const pixels = v.pipe(v.number(), v.finite(), v.minValue(-1e6), v.maxValue(1e6));
const length = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e6));

const relayHello: v.GenericSchema<unknown, RelayHello> = v.object({
  type: v.literal('relay'),
  arguments: v.pipe(v.array(text), v.maxLength(16)),
  browser: text,
});

const hello = v.object({
  type: v.literal('hello'),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  extension: v.pipe(v.string(), v.maxLength(40)),
  browser: label,
});

const fromExtension: v.GenericSchema<unknown, FromExtension> = v.variant('type', [
  hello,
  v.object({ type: v.literal('request'), id, kind: v.picklist(['create', 'get']), options, ...page }),
  v.object({ type: v.literal('autofill'), id, options, ...page }),
  v.object({
    type: v.literal('field'),
    id,
    is: v.picklist(['entered', 'wanted', 'left']),
    area: v.exactOptional(v.object({ x: pixels, y: pixels, width: length, height: length })),
  }),
  v.object({ type: v.literal('cancel'), id }),
  v.object({
    type: v.literal('signal'),
    id,
    signal: v.picklist(['unknownCredential', 'allAcceptedCredentials', 'currentUserDetails']),
    options,
    ...page,
  }),
]);

/** Undefined for what is none. */
export function relayHelloIn(frame: Uint8Array): RelayHello | undefined {
  return understood(relayHello, frame);
}

/** Undefined for what is none. */
export function messageIn(frame: Uint8Array): FromExtension | undefined {
  return understood(fromExtension, frame);
}

function understood<T>(schema: v.GenericSchema<unknown, T>, frame: Uint8Array): T | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame));
  } catch {
    return undefined;
  }
  const result = v.safeParse(schema, json);
  return result.success ? result.output : undefined;
}
