import { describe, expect, it } from 'vitest';
import { CtapStatusError } from '../../main/ctap/errors';
import { Status, statusName } from '../../main/ctap/status';

describe('status bytes (CTAP 2.1 §8.2)', () => {
  it.each(Array.from({ length: 256 }, (_, status) => status))('0x%s has a message that says it', (status) => {
    const error = new CtapStatusError(status, 'while listing');
    const hex = `0x${status < 16 ? '0' : ''}${status.toString(16).toUpperCase()}`;
    const name = statusName(status);
    expect(error.message).toBe(
      name ? `${name} (${hex}): while listing` : `unknown status ${hex}: while listing`,
    );
    expect(error).toMatchObject({ name: 'CtapStatusError', status, statusName: name });
    if (name) expect(Status[name]).toBe(status);
  });

  it('no two names share a byte', () => {
    const bytes = Object.values(Status);
    expect(new Set(bytes).size).toBe(bytes.length);
  });

  it.each([
    ['PIN_INVALID', 0x31],
    ['PIN_AUTH_INVALID', 0x33],
    ['PUAT_REQUIRED', 0x36],
    ['PIN_POLICY_VIOLATION', 0x37],
    ['NO_CREDENTIALS', 0x2e],
    ['KEEPALIVE_CANCEL', 0x2d],
    ['MISSING_PARAMETER', 0x14],
    ['NOT_BUSY', 0x29],
    ['NO_OPERATION_PENDING', 0x2a],
    ['PIN_TOKEN_EXPIRED', 0x38],
    ['INVALID_SUBCOMMAND', 0x3e],
    ['UV_INVALID', 0x3f],
    ['UNAUTHORIZED_PERMISSION', 0x40],
  ])('%s is the specification’s byte', (name, byte) => {
    expect(statusName(byte)).toBe(name);
  });

  it('without a detail the message is the name and the byte', () => {
    expect(new CtapStatusError(0x35).message).toBe('PIN_NOT_SET (0x35)');
  });
});
