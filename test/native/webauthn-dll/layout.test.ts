/** The structures and numbers of webauthn.dll against those that a C compiler has for webauthn.h on 64-bit Windows. */
import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { failureOfResult } from '../../../native/webauthn-dll/failures';
import { defineStructures } from '../../../native/webauthn-dll/structures';
import layout from '../../vectors/microsoft-webauthn-h-layout.json';

const own = Object.entries(defineStructures(koffi));
const theirs: Readonly<
  Record<string, { readonly size: number; readonly members: Readonly<Record<string, number>> }>
> = layout.structures;

it('every structure of the header that is used is here, and no other', () => {
  expect(own.map(([name]) => `WEBAUTHN_${name}`).sort()).toEqual(Object.keys(theirs).sort());
});

describe.each(own)('%s', (name, type) => {
  const header = theirs[`WEBAUTHN_${name}`]!;

  it('has the size of the header', () => {
    expect(koffi.sizeof(type)).toBe(header.size);
  });

  it('has all members of the header, in their places', () => {
    const members = Object.entries(type.members ?? {});
    expect(Object.fromEntries(members.map(([member, { offset }]) => [member, offset]))).toEqual(
      header.members,
    );
  });

  it('has members as wide as their names say', () => {
    for (const [member, { type: of }] of Object.entries(type.members ?? {})) {
      const width = /^(pb|pwsz|ppwsz|pv|pp|p)[A-Z]/.test(member) ? 8 : 4;
      if (of.primitive !== 'Record') expect([member, of.size]).toEqual([member, width]);
    }
  });
});

it.each([
  ['NTE_EXISTS', 'excluded'],
  ['NTE_NOT_FOUND', 'not-found'],
  ['NTE_TOKEN_KEYSET_STORAGE_FULL', 'full'],
  ['NTE_INVALID_PARAMETER', 'not-supported'],
  ['NTE_NOT_SUPPORTED', 'not-supported'],
  ['NTE_DEVICE_NOT_FOUND', 'no-key'],
  ['NTE_USER_CANCELLED', 'cancelled'],
  ['HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED)', 'not-supported'],
  ['HRESULT_FROM_WIN32(ERROR_CANCELLED)', 'cancelled'],
  ['HRESULT_FROM_WIN32(ERROR_TIMEOUT)', 'timed-out'],
] as const)('%s is %s', (name, code) => {
  expect(failureOfResult(layout.numbers[name] | 0, 'SomeError')).toMatchObject({ code });
});

it('any other failure says its number, and what Windows calls it', () => {
  const failure = failureOfResult(0x80004005 | 0, 'UnknownError');
  expect(failure).toMatchObject({ code: 'failed' });
  expect(failure.message).toBe('webauthn.dll answered 0x80004005 (UnknownError)');
});
