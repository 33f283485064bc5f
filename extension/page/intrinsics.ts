/**
 * The built-ins that page.ts uses, as they are when it is loaded: before any script of the page, which may change them all later.
 *
 * Code for the page's world uses these, operators, own members of objects without a prototype, and lists by index. It iterates,
 * spreads lists and awaits nothing: all that goes through members that pages can change.
 */

export const { apply, defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Reflect;
export const { isArray } = Array;
export const { create: createObject, keys: keysOf, hasOwn } = Object;
export const { parse: parseJson, stringify: writeJson } = JSON;
export const { iterator } = Symbol;

const NativePromise = Promise;
const NativeTypeError = TypeError;
const NativeUint8Array = Uint8Array;
const NativeDOMException = DOMException;
const NativeAbortController = AbortController;
const NativeProxy = Proxy;
const NativeEvent = Event;
const page = window;
const pageTop = window.top;
const pageDocument = document;

type Method<Arguments extends unknown[], Result> = (of: unknown, ...args: Arguments) => Result;

/** A getter of `holder`, as a function of the object that it is read from. */
export function getterOf<Value>(holder: object, name: PropertyKey): (of: unknown) => Value {
  const get = getOwnPropertyDescriptor(holder, name)?.get;
  if (get === undefined) throw new NativeTypeError(`no ${String(name)}`);
  return (of) => apply(get, of, []) as Value;
}

/** A method of `holder`, as a function whose first argument is its `this`. */
export function methodOf<Arguments extends unknown[], Result>(
  holder: object,
  name: PropertyKey,
): Method<Arguments, Result> {
  const method: unknown = (holder as Record<PropertyKey, unknown>)[name];
  if (typeof method !== 'function') throw new NativeTypeError(`no ${String(name)}`);
  return (of, ...args) => apply(method, of, args) as Result;
}

const thenMethod = methodOf<[(value: unknown) => void, (reason: unknown) => void], unknown>(
  Promise.prototype,
  'then',
);
const listen = methodOf<[string, (event: Event) => void, boolean?], void>(
  EventTarget.prototype,
  'addEventListener',
);
const listenNoMore = methodOf<[string, (event: Event) => void, boolean?], void>(
  EventTarget.prototype,
  'removeEventListener',
);
const dispatch = methodOf<[Event], boolean>(EventTarget.prototype, 'dispatchEvent');
const hasFocusMethod = methodOf<[], boolean>(Document.prototype, 'hasFocus');
const startTimer = methodOf<[() => void, number], number>(window, 'setTimeout');
const abort = methodOf<[unknown?], void>(AbortController.prototype, 'abort');
const signalOf = getterOf<AbortSignal>(AbortController.prototype, 'signal');

export { listen, listenNoMore };

/** What `settle` calls first counts. */
export function newPromise<Value>(
  settle: (resolve: (value: Value | PromiseLike<Value>) => void, reject: (reason: unknown) => void) => void,
): Promise<Value> {
  return new NativePromise<Value>(settle);
}

/** @param promise the browser's own, or what another extension made of it */
export function whenSettled(
  promise: unknown,
  fulfilled: (value: unknown) => void,
  rejected: (reason: unknown) => void,
): void {
  thenMethod(
    newPromise((resolve) => resolve(promise)),
    fulfilled,
    rejected,
  );
}

export function typeError(message: string): TypeError {
  return new NativeTypeError(message);
}

export function domException(message: string, name: string): DOMException {
  return new NativeDOMException(message, name);
}

export function bytesOf(length: number): Uint8Array<ArrayBuffer>;
export function bytesOf(buffer: ArrayBuffer, offset: number, length: number): Uint8Array<ArrayBuffer>;
export function bytesOf(
  source: number | ArrayBuffer,
  offset?: number,
  length?: number,
): Uint8Array<ArrayBuffer> {
  return typeof source === 'number'
    ? new NativeUint8Array(source)
    : new NativeUint8Array(source, offset, length);
}

export interface Abortable {
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
}

export function newAbortable(): Abortable {
  const controller = new NativeAbortController();
  return { signal: signalOf(controller), abort: (reason) => abort(controller, reason) };
}

export function onDocument(type: string, listener: (event: Event) => void): void {
  listen(pageDocument, type, listener);
}

export function notOnDocument(type: string, listener: (event: Event) => void): void {
  listenNoMore(pageDocument, type, listener);
}

export function plainEvent(type: string): Event {
  return new NativeEvent(type);
}

export function dispatchOnDocument(event: Event): void {
  dispatch(pageDocument, event);
}

/** Whether the page has the focus, this frame or another one. Undefined: a frame in a page of another origin does not learn it. */
export function hasFocus(): boolean | undefined {
  if (hasFocusMethod(pageDocument)) return true;
  if (pageTop === page || pageTop === null) return false;
  try {
    return hasFocusMethod(pageTop.document);
  } catch {
    return undefined;
  }
}

/** @param delay milliseconds */
export function afterDelay(work: () => void, delay: number): void {
  startTimer(page, work, delay);
}

/** A list that takes `list[i] = …` whatever the page has done to the prototype of lists. */
export function newList<Item>(): Item[] {
  const list: Item[] = [];
  setPrototypeOf(list, null);
  return list;
}

/** The member of `object` that is its own: what the page gives to all objects is none. */
export function own(object: unknown, name: string): unknown {
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function';
  return isObject && hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}

type Native = (self: unknown, args: unknown[]) => unknown;

/** Puts `call` in the place of a function of the browser's, which looks as it did. */
export function replaceFunction(
  holder: object,
  name: string,
  call: (native: Native, self: unknown, args: unknown[]) => unknown,
): void {
  const found = getOwnPropertyDescriptor(holder, name);
  const native: unknown = found?.value;
  if (found === undefined || typeof native !== 'function') return;
  const handler = {
    __proto__: null,
    apply: (_: unknown, self: unknown, args: unknown[]) =>
      call((of, given) => apply(native, of, given) as unknown, self, args),
  };
  const { configurable, enumerable, writable } = found;
  const value: unknown = new NativeProxy(native, handler);
  const changed = { __proto__: null, value, configurable, enumerable, writable };
  defineProperty(holder, name, changed as PropertyDescriptor);
}

/** A function that the browser has not. */
export function addFunction(holder: object, name: string, value: (argument: unknown) => unknown): void {
  defineProperty(value, 'name', { __proto__: null, value: name, configurable: true } as PropertyDescriptor);
  const added = { __proto__: null, value, configurable: true, enumerable: true, writable: true };
  defineProperty(holder, name, added as PropertyDescriptor);
}
