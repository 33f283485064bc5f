/**
 * Memory that webauthn.dll and Latchkey both see. It lies outside V8's heap, where nothing moves, and is reached by address: what is
 * written for a call lives until the call has come back, however long a dialog takes.
 */
import type * as KoffiModule from 'koffi';
import type { TypeObject } from 'koffi';
import { WebAuthnDllError } from './failures.js';

/** The part of koffi in use. */
export type Koffi = Pick<
  typeof KoffiModule,
  'alloc' | 'array' | 'config' | 'decode' | 'encode' | 'free' | 'load' | 'struct'
>;
/** 0n is NULL. */
export type Address = bigint;

/** What a member can be given: a number, an address, or the members of a structure within. */
type Member = number | Address | Readonly<Record<string, number | Address>>;
export type Members = Readonly<Record<string, Member>>;

const POINTER_LENGTH = 8;
/** Bytes. Nothing in an answer comes near it: a key answers in messages of 7609 bytes. Large blobs are the longest. */
const LONGEST = 1 << 20;

/** What one call is given. */
export class CallMemory {
  readonly #koffi: Koffi;
  readonly #blocks: { readonly address: Address; readonly length: number }[] = [];

  constructor(koffi: Koffi) {
    this.#koffi = koffi;
  }

  /** Zeros. */
  block(length: number): Address {
    const address = this.#koffi.alloc('uint8', Math.max(1, length)) as Address;
    this.#blocks.push({ address, length });
    this.#fill(address, new Uint8Array(length));
    return address;
  }

  /** NULL for none. */
  bytes(content: Uint8Array): Address {
    if (content.length === 0) return 0n;
    const address = this.block(content.length);
    this.#fill(address, content);
    return address;
  }

  /** UTF-16 with a zero behind. */
  text(content: string): Address {
    const address = this.block(2 * (content.length + 1));
    const units = Uint16Array.from({ length: content.length }, (_, index) => content.charCodeAt(index));
    if (units.length > 0) this.#koffi.encode(address, this.#koffi.array('uint16', units.length), units);
    return address;
  }

  /** Members that are not named are zero. */
  structure(type: TypeObject, members: Members): Address {
    return this.structures(type, [members]);
  }

  /** One behind the other; NULL for none. */
  structures(type: TypeObject, list: readonly Members[]): Address {
    if (list.length === 0) return 0n;
    const address = this.block(type.size * list.length);
    for (const [index, members] of list.entries())
      for (const [name, value] of Object.entries(members)) {
        const member = memberOf(type, name);
        this.#koffi.encode(address, index * type.size + member.offset, member.type, value);
      }
    return address;
  }

  /** An array of pointers; NULL for none. */
  pointers(list: readonly Address[]): Address {
    if (list.length === 0) return 0n;
    const address = this.block(POINTER_LENGTH * list.length);
    for (const [index, each] of list.entries())
      this.#koffi.encode(address, POINTER_LENGTH * index, 'void *', each);
    return address;
  }

  /** Where a call puts a pointer. */
  pointer(): Address {
    return this.block(POINTER_LENGTH);
  }

  /** Overwrites and frees all of it. Nothing may use it any more. */
  free(): void {
    for (const { address, length } of this.#blocks.splice(0)) {
      this.#fill(address, new Uint8Array(length));
      this.#koffi.free(address);
    }
  }

  #fill(address: Address, content: Uint8Array): void {
    if (content.length > 0) this.#koffi.encode(address, this.#koffi.array('uint8', content.length), content);
  }
}

/** Reads what webauthn.dll has answered. What cannot be right is a {@link WebAuthnDllError} `misbehaved`. */
export class AnswerMemory {
  readonly #koffi: Koffi;

  constructor(koffi: Koffi) {
    this.#koffi = koffi;
  }

  /** The pointer at `address`. */
  pointerAt(address: Address): Address {
    return (this.#koffi.decode(address, 'void *') as Address | null) ?? 0n;
  }

  /** A number of a structure. Nothing beside it is touched: an older Windows has shorter structures. */
  number(address: Address, type: TypeObject, name: string): number {
    const member = memberOf(type, name);
    return this.#koffi.decode(address, member.offset, member.type) as number;
  }

  /** A pointer of a structure. */
  pointer(address: Address, type: TypeObject, name: string): Address {
    return this.pointerAt(address + BigInt(memberOf(type, name).offset));
  }

  /** A copy of the bytes that a structure counts in one member and points to in another. */
  bytes(address: Address, type: TypeObject, count: string, pointer: string): Uint8Array {
    const length = this.number(address, type, count);
    const start = this.pointer(address, type, pointer);
    if (length === 0) return new Uint8Array(0);
    if (length > LONGEST) throw new WebAuthnDllError('misbehaved', `${pointer} has ${length} bytes`);
    if (start === 0n) throw new WebAuthnDllError('misbehaved', `${pointer} is missing`);
    return Uint8Array.from(this.#koffi.decode(start, 'uint8', length) as Uint8Array);
  }

  /** UTF-16 up to its zero; undefined for NULL. */
  text(address: Address): string | undefined {
    return address === 0n ? undefined : this.#koffi.decode.string16(address);
  }

  /** Overwrites bytes that a structure counts and points to. */
  wipe(address: Address, type: TypeObject, count: string, pointer: string): void {
    const { length } = this.bytes(address, type, count, pointer);
    if (length > 0)
      this.#koffi.encode(
        this.pointer(address, type, pointer),
        this.#koffi.array('uint8', length),
        new Uint8Array(length),
      );
  }
}

function memberOf(type: TypeObject, name: string): { readonly type: TypeObject; readonly offset: number } {
  const member = type.members?.[name];
  if (!member) throw new Error(`the structure has no member ${name}`);
  return member;
}
