/** authenticatorLargeBlobs, CTAP 2.1 §6.10. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import type { LargeBlobsRequest } from '../../main/ctap/commands/large-blobs';
import { Permission } from '../../main/ctap/pin-protocol';
import { PIN, tokenFor } from './ceremony';
import { aReset, openness } from './needs';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

const ROOM = 2048;
const configuration = { maxLargeBlobArray: ROOM };
const recipe = { configuration };
const withPin = { configuration, pin: PIN };

/** `80` and the first 16 bytes of its SHA-256. */
const EMPTY = Uint8Array.from(Buffer.from('8076be8b528d0075f7aae98d6fa57a6d3c', 'hex'));

/** A serialized array of so many bytes in all; what is in it is nobody's business but the platform's. */
function arrayOf(length: number): Uint8Array {
  const body = Buffer.alloc(length - 16, 0x5a);
  return Uint8Array.from(Buffer.concat([body, createHash('sha256').update(body).digest().subarray(0, 16)]));
}

/** 32 × FF ‖ 0C 00 ‖ offset, little-endian ‖ SHA-256(fragment) */
function authorized(token: PinUvAuthToken, set: Uint8Array, offset: number): Partial<LargeBlobsRequest> {
  const head = Buffer.alloc(38, 0xff, undefined);
  head.writeUInt16BE(0x0c00, 32);
  head.writeUInt32LE(offset, 34);
  const message = Buffer.concat([head, createHash('sha256').update(set).digest()]);
  return {
    pinUvAuthParam: token.authenticate(Uint8Array.from(message)),
    pinUvAuthProtocol: token.protocolVersion,
  };
}

async function readAll({ api }: Subject): Promise<Uint8Array> {
  return (await api.largeBlobs({ get: 1100, offset: 0 })).config ?? new Uint8Array();
}

/** Writes without a PIN, in fragments of `size`. */
async function write({ api }: Subject, array: Uint8Array, size = 1000): Promise<void> {
  for (let offset = 0; offset < array.length; offset += size)
    await api.largeBlobs({
      set: array.subarray(offset, offset + size),
      offset,
      ...(offset === 0 && { length: array.length }),
    });
}

export const largeBlobsCases: readonly ConformanceCase[] = [
  {
    section: '§6.10.2',
    name: 'a key without large blobs says INVALID_COMMAND, and nothing about them in getInfo',
    recipe: { configuration: { maxLargeBlobArray: 0 } },
    run: async ({ api }) => {
      const info = await api.getInfo();
      expect(info.options?.get('largeBlobs')).toBeUndefined();
      expect(info.maxSerializedLargeBlobArray).toBeUndefined();
      await expectStatus(api.largeBlobs({ get: 17, offset: 0 }), 'INVALID_COMMAND');
    },
  },
  {
    section: '§6.10.3',
    name: 'a new key has the empty array of 17 bytes, and says how much there is room for',
    recipe,
    run: async (subject) => {
      const info = await subject.api.getInfo();
      expect(info.options?.get('largeBlobs')).toBe(true);
      expect(info.maxSerializedLargeBlobArray).toBeGreaterThanOrEqual(ROOM);
      expect(await readAll(subject)).toEqual(EMPTY);
    },
  },
  {
    section: '§6.10.2',
    name: 'an array written in three fragments is read in fragments, and outlives the power',
    needs: [openness],
    recipe,
    run: async (subject) => {
      const array = arrayOf(1500);
      await write(subject, array, 600);
      await subject.powerCycle();
      const fragments: Uint8Array[] = [];
      for (const [offset, length] of [
        [0, 1000],
        [1000, 500],
        [1500, 0],
      ] as const) {
        const { config } = await subject.api.largeBlobs({ get: 1000, offset });
        expect(config).toHaveLength(length);
        fragments.push(config!);
      }
      expect(Uint8Array.from(Buffer.concat(fragments))).toEqual(array);
      expect((await subject.api.largeBlobs({ get: 0, offset: 3 })).config).toEqual(new Uint8Array());
    },
  },
  {
    section: '§6.10.2 steps 1–3',
    name: 'no offset, neither get nor set, and both of them are INVALID_PARAMETER',
    recipe,
    run: async ({ api }) => {
      const set = EMPTY;
      for (const request of [{ get: 17 }, { offset: 0 }, { get: 17, set, offset: 0, length: 17 }])
        await expectStatus(api.largeBlobs(request), 'INVALID_PARAMETER');
    },
  },
  {
    section: '§6.10.2 step 4',
    name: 'get with what belongs to set, and beyond the end, is INVALID_PARAMETER; too much is INVALID_LENGTH',
    recipe,
    run: async ({ api }) => {
      const get = { get: 17, offset: 0 };
      await expectStatus(api.largeBlobs({ ...get, length: 17 }), 'INVALID_PARAMETER');
      await expectStatus(api.largeBlobs({ ...get, pinUvAuthParam: new Uint8Array(32) }), 'INVALID_PARAMETER');
      await expectStatus(api.largeBlobs({ ...get, pinUvAuthProtocol: 2 }), 'INVALID_PARAMETER');
      await expectStatus(api.largeBlobs({ get: 17, offset: 18 }), 'INVALID_PARAMETER');
      const longest = (await api.getInfo()).maxMsgSize! - 64;
      await expectStatus(api.largeBlobs({ get: longest + 1, offset: 0 }), 'INVALID_LENGTH');
      expect((await api.largeBlobs({ get: longest, offset: 0 })).config).toEqual(EMPTY);
    },
  },
  {
    section: '§6.10.2 step 5',
    name: 'set: a fragment that is too long, and announced lengths that are missing, too small or too big',
    recipe: { configuration: { ...configuration, maxMsgSize: 1024 } },
    run: async ({ api }) => {
      const set = EMPTY;
      const tooLong = { set: new Uint8Array(961), offset: 0, length: 961 };
      await expectStatus(api.largeBlobs(tooLong), 'INVALID_LENGTH');
      await expectStatus(api.largeBlobs({ set, offset: 0 }), 'INVALID_PARAMETER');
      const tooSmall = { set: EMPTY.subarray(0, 16), offset: 0, length: 16 };
      await expectStatus(api.largeBlobs(tooSmall), 'INVALID_PARAMETER');
      await expectStatus(api.largeBlobs({ set, offset: 0, length: ROOM + 1 }), 'LARGE_BLOB_STORAGE_FULL');
      await api.largeBlobs({ set, offset: 0, length: ROOM });
    },
  },
  {
    section: '§6.10.2 step 5',
    name: 'set: a fragment that is not the next one is INVALID_SEQ, one with a length or beyond it INVALID_PARAMETER',
    needs: [openness],
    recipe,
    run: async (subject) => {
      const { api } = subject;
      const array = arrayOf(100);
      await expectStatus(api.largeBlobs({ set: array.subarray(50), offset: 50 }), 'INVALID_SEQ');
      await api.largeBlobs({ set: array.subarray(0, 50), offset: 0, length: 100 });
      await expectStatus(api.largeBlobs({ set: array.subarray(51), offset: 51 }), 'INVALID_SEQ');
      await expectStatus(
        api.largeBlobs({ set: array.subarray(50), offset: 50, length: 100 }),
        'INVALID_PARAMETER',
      );
      await expectStatus(api.largeBlobs({ set: new Uint8Array(51), offset: 50 }), 'INVALID_PARAMETER');
      await api.largeBlobs({ set: array.subarray(50), offset: 50 });
      expect(await readAll(subject)).toEqual(array);
    },
  },
  {
    section: '§6.10.2 step 5',
    name: 'set: a wrong checksum is INTEGRITY_FAILURE, and the old array stays',
    needs: [openness],
    recipe,
    run: async (subject) => {
      const array = arrayOf(100);
      await write(subject, array);
      const damaged = Uint8Array.from(arrayOf(200), (byte, index) => (index === 7 ? byte ^ 1 : byte));
      await expectStatus(write(subject, damaged), 'INTEGRITY_FAILURE');
      expect(await readAll(subject)).toEqual(array);
      await expectStatus(subject.api.largeBlobs({ set: new Uint8Array(), offset: 200 }), 'INVALID_SEQ');
    },
  },
  {
    section: '§6.10.2',
    name: 'any other command, and the loss of power, ends a write half-way; the old array stays',
    needs: [openness],
    recipe,
    run: async (subject) => {
      const { api } = subject;
      const array = arrayOf(100);
      const begin = { set: array.subarray(0, 50), offset: 0, length: 100 };
      const end = { set: array.subarray(50), offset: 50 };
      await api.largeBlobs(begin);
      await api.getInfo();
      await expectStatus(api.largeBlobs(end), 'INVALID_SEQ');
      await api.largeBlobs(begin);
      await subject.powerCycle();
      await expectStatus(subject.api.largeBlobs(end), 'INVALID_SEQ');
      expect(await readAll(subject)).toEqual(EMPTY);
    },
  },
  {
    section: '§6.10.2 step 5',
    name: 'with a PIN every fragment needs its parameter; one token will do for all of them',
    recipe: withPin,
    run: async (subject) => {
      const { api } = subject;
      const array = arrayOf(100);
      const token = await tokenFor(subject, Permission.LBW);
      const first = { set: array.subarray(0, 60), offset: 0, length: 100 };
      const second = { set: array.subarray(60), offset: 60 };
      await api.largeBlobs({ ...first, ...authorized(token, first.set, 0) });
      await api.largeBlobs({ ...second, ...authorized(token, second.set, 60) });
      expect(await readAll(subject)).toEqual(array);
    },
  },
  {
    section: '§6.10.2 step 5',
    name: 'with a PIN: no parameter, no protocol, a wrong protocol, another offset or fragment, a token without lbw',
    recipe: withPin,
    run: async (subject) => {
      const { api } = subject;
      const set = EMPTY;
      const request = { set, offset: 0, length: 17 };
      const token = await tokenFor(subject, Permission.LBW);
      const right = authorized(token, set, 0);
      const { pinUvAuthParam } = right;
      await expectStatus(api.largeBlobs(request), 'PUAT_REQUIRED');
      await expectStatus(api.largeBlobs({ ...request, ...{ pinUvAuthParam } }), 'MISSING_PARAMETER');
      await expectStatus(api.largeBlobs({ ...request, ...right, pinUvAuthProtocol: 9 }), 'INVALID_PARAMETER');
      await expectStatus(api.largeBlobs({ ...request, ...authorized(token, set, 1) }), 'PIN_AUTH_INVALID');
      const other = authorized(token, arrayOf(17), 0);
      await expectStatus(api.largeBlobs({ ...request, ...other }), 'PIN_AUTH_INVALID');
      const cm = authorized(await tokenFor(subject, Permission.CM), set, 0);
      await expectStatus(api.largeBlobs({ ...request, ...cm }), 'PIN_AUTH_INVALID');
      expect(await readAll(subject)).toEqual(EMPTY);
    },
  },
  {
    section: '§6.10.2 step 5',
    name: 'authorisation comes before the check against the announced length, and after the order of the fragments',
    recipe: withPin,
    run: async ({ api }) => {
      await expectStatus(api.largeBlobs({ set: new Uint8Array(18), offset: 0, length: 17 }), 'PUAT_REQUIRED');
      await expectStatus(api.largeBlobs({ set: new Uint8Array(18), offset: 5 }), 'INVALID_SEQ');
    },
  },
  {
    section: '§7.2',
    name: 'alwaysUv: writing needs a token even before there is a PIN; reading never does',
    recipe: { configuration: { ...configuration, alwaysUv: true } },
    run: async (subject) => {
      await expectStatus(write(subject, arrayOf(100)), 'PUAT_REQUIRED');
      expect(await readAll(subject)).toEqual(EMPTY);
    },
  },
  {
    section: '§6.6',
    name: 'reset brings the empty array back',
    needs: [aReset],
    recipe,
    run: async (subject) => {
      await write(subject, arrayOf(100));
      await subject.powerCycle();
      await subject.api.reset();
      expect(await readAll(subject)).toEqual(EMPTY);
    },
  },
];
