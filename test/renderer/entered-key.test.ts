/** What somebody types about a new simulated key. */
import { expect, it } from 'vitest';
import { describedKey, passkeyCount } from '../../renderer/advanced-options/entered-key';

it.each([
  ['', 0],
  [' 12 ', 12],
  ['1000', 1000],
  ['1001', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e2', undefined],
  ['many', undefined],
])('%j made-up passkeys are %s', (text, count) => {
  expect(passkeyCount(text)).toBe(count);
});

it('what is left empty is left to the profile', () => {
  expect(describedKey({ profile: '2.0', name: '  ', pin: '', passkeys: '' })).toEqual({
    profile: '2.0',
    samplePasskeys: 0,
  });
  expect(describedKey({ profile: '2.1', name: ' spare ', pin: ' 12 ', passkeys: '3' })).toEqual({
    profile: '2.1',
    name: 'spare',
    pin: ' 12 ',
    samplePasskeys: 3,
  });
  expect(describedKey({ profile: '2.1', name: '', pin: '', passkeys: 'x' })).toBeUndefined();
});
