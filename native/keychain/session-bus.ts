/** Where the session bus is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KeychainError, sentence } from './keychain-error.js';

/**
 * GIO's, and so libsecret's, way to find it; but where GIO would start a bus of its own (with a display, and no bus), there is none:
 * nobody's secrets are on that one.
 * @throws {KeychainError} `unavailable`
 */
export function sessionBusAddress(): string {
  const address = process.env['DBUS_SESSION_BUS_ADDRESS'];
  if (address) return address;
  const runtime = process.env['XDG_RUNTIME_DIR'];
  if (runtime && existsSync(join(runtime, 'bus'))) return `unix:path=${join(runtime, 'bus')}`;
  throw new KeychainError('unavailable', sentence('unavailable', 'there is no session bus'));
}
