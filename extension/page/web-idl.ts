/**
 * Conversions of Web IDL, from what a page passed to JSON: each getter of the page's is called once, in an order that the result does
 * not depend on. What Web IDL would throw for is thrown for; the native function then says it in its own words.
 */
import { bufferSource } from './buffer-source';
import { apply, createObject, isArray, iterator, keysOf, newList, typeError } from './intrinsics';

/** What has a JSON form, without a prototype, so that `toJSON` of the page's is not asked for. */
export type Json = string | number | boolean | JsonObject | readonly Json[];
export interface JsonObject {
  [name: string]: Json;
}
export type Conversion = (value: unknown) => Json;

/** Far above what an authenticator can take; browsers take 64 credentials. */
const MOST_ITEMS = 1024;

interface Member {
  readonly name: string;
  readonly isRequired: boolean;
  readonly convert: Conversion;
}

export function required(name: string, convert: Conversion): Member {
  return { name, isRequired: true, convert };
}

export function optional(name: string, convert: Conversion): Member {
  return { name, isRequired: false, convert };
}

/** A request that is not for us: it goes to the browser as it is. */
export function notOurs(): never {
  throw typeError('not for us');
}

export const text: Conversion = (value) => {
  if (typeof value === 'symbol') throw typeError('a symbol is no text');
  return `${value as string}`;
};

export const flag: Conversion = (value) => !!value;

/** Without [EnforceRange]: modulo 2^32, and 0 for what is not finite. */
export const long: Conversion = (value) => +(value as number) | 0;
export const unsignedLong: Conversion = (value) => +(value as number) >>> 0;

export const bytes: Conversion = bufferSource;

/** Takes the members one after the other. */
export function dictionary(members: readonly Member[]): Conversion {
  return (value) => {
    const result = createObject(null) as JsonObject;
    if (value !== undefined && value !== null && !isObject(value)) throw typeError('no dictionary');
    for (let index = 0; index < members.length; index++) {
      const { name, isRequired, convert } = members[index] as Member;
      const member = value === undefined || value === null ? undefined : value[name];
      if (member !== undefined) result[name] = convert(member);
      else if (isRequired) throw typeError(`${name} is missing`);
    }
    return result;
  };
}

/** record<DOMString, …>. */
export function record(convert: Conversion): Conversion {
  return (value) => {
    if (!isObject(value)) throw typeError('no record');
    const result = createObject(null) as JsonObject;
    const names = keysOf(value);
    if (names.length > MOST_ITEMS) throw typeError('too many');
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      result[name] = convert(value[name]);
    }
    return result;
  };
}

export function sequence(convert: Conversion): Conversion {
  return (value) => {
    const list = newList<Json>();
    if (!isObject(value)) throw typeError('no sequence');
    if (isArray(value)) {
      const { length } = value;
      if (length > MOST_ITEMS) throw typeError('too many');
      for (let index = 0; index < length; index++) list[index] = convert(value[index]);
      return list;
    }
    const start = value[iterator];
    if (typeof start !== 'function') throw typeError('no sequence');
    const items: unknown = apply(start, value, []);
    if (!isObject(items)) throw typeError('no iterator');
    const { next } = items;
    if (typeof next !== 'function') throw typeError('no iterator');
    for (let index = 0; index < MOST_ITEMS; index++) {
      const step: unknown = apply(next, items, []);
      if (!isObject(step)) throw typeError('no iterator');
      if (step.done) return list;
      list[index] = convert(step.value);
    }
    throw typeError('too many');
  };
}

export function isObject(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
