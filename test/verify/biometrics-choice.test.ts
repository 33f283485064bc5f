import { describe, expect, it } from 'vitest';
import { chooseBiometrics } from '../../native/verify/biometrics-choice';
import type { Biometrics } from '../../native/ports';

function named(name: string): () => Biometrics {
  return () => ({
    name,
    available: () => Promise.resolve(true),
    verify: () => Promise.resolve('unavailable'),
  });
}

const makers = { fprintd: named('fprintd'), windowsHello: named('hello'), touchId: named('touch') };

describe('the biometrics of a system', () => {
  it.each([
    ['linux', undefined, 'fprintd'],
    ['linux', 'touch-id,windows-hello', 'fprintd'],
    // Unproven there, so off.
    ['darwin', undefined, undefined],
    ['win32', undefined, undefined],
    ['darwin', '', undefined],
    ['darwin', 'windows-hello', undefined],
    ['win32', 'touch-id', undefined],
    ['win32', 'all', undefined],
    // On for who tries them.
    ['darwin', 'touch-id', 'touch'],
    ['win32', 'touch-id, windows-hello', 'hello'],
    ['freebsd', 'touch-id,windows-hello', undefined],
  ])('on %s with %s tried: %s', (platform, tried, expected) => {
    expect(chooseBiometrics(platform, tried, makers)?.name).toBe(expected);
  });

  it('has no Touch ID without Electron', () => {
    const { fprintd, windowsHello } = makers;
    expect(chooseBiometrics('darwin', 'touch-id', { fprintd, windowsHello })).toBeUndefined();
  });
});
