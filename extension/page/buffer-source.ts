/** BufferSource of Web IDL: ArrayBuffer and everything that looks into one, of this realm or another. No SharedArrayBuffer. */
import { encodeBase64Url } from './base64url';
import { bytesOf, getterOf, hasOwn, methodOf, typeError } from './intrinsics';

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const kindOfTypedArray = getterOf<string | undefined>(typedArray, Symbol.toStringTag);

/** Getters that throw on anything but what they belong to: no page can make them believe otherwise. */
function look(holder: object) {
  return {
    buffer: getterOf<ArrayBuffer>(holder, 'buffer'),
    byteOffset: getterOf<number>(holder, 'byteOffset'),
    byteLength: getterOf<number>(holder, 'byteLength'),
  };
}
const ofTypedArray = look(typedArray);
const ofDataView = look(DataView.prototype);
const byteLength = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
/** Web IDL takes none that can change its length. */
const resizable = hasOwn(ArrayBuffer.prototype, 'resizable')
  ? getterOf<boolean>(ArrayBuffer.prototype, 'resizable')
  : () => false;
const isView = methodOf<[unknown], boolean>(ArrayBuffer, 'isView');

/** Its bytes in base64url. Throws `TypeError` for what is no BufferSource. */
export function bufferSource(value: unknown): string {
  if (!isView(undefined, value)) return encoded(value as ArrayBuffer, 0, byteLength(value));
  const { buffer, byteOffset, byteLength: lengthOf } = kindOfTypedArray(value) ? ofTypedArray : ofDataView;
  return encoded(buffer(value), byteOffset(value), lengthOf(value));
}

function encoded(buffer: ArrayBuffer, offset: number, length: number): string {
  // The getter throws for a SharedArrayBuffer.
  byteLength(buffer);
  if (resizable(buffer)) throw typeError('a buffer that can change its length');
  return encodeBase64Url(bytesOf(buffer, offset, length));
}

export const arrayBufferOf = getterOf<ArrayBuffer>(typedArray, 'buffer');
