/**
 * From what node-hid says to a `HidError`. hidapi gives texts only: on Linux `strerror`, which Electron's GTK translates to the
 * user's language, elsewhere texts with the system's error number in hexadecimal. So numbers decide where there are any,
 * and on Linux the system is asked again (see `NodeHidBus.open`).
 */
import type { HidFailureCode } from '../ports.js';
import { HidError } from '../hid-failure.js';

/** winerror.h and IOKit/IOReturn.h. */
const CODES: Readonly<Record<string, HidFailureCode>> = {
  '0x00000005': 'access-denied', // ERROR_ACCESS_DENIED: FIDO keys open only for elevated programs (Windows 10 1903 and later)
  '0x00000020': 'in-use', // ERROR_SHARING_VIOLATION
  '0x00000002': 'disconnected', // ERROR_FILE_NOT_FOUND
  '0x00000003': 'disconnected', // ERROR_PATH_NOT_FOUND
  '0x00000037': 'disconnected', // ERROR_DEV_NOT_EXIST
  '0x0000048F': 'disconnected', // ERROR_DEVICE_NOT_CONNECTED
  '0xE00002C5': 'in-use', // kIOReturnExclusiveAccess
  '0xE00002C1': 'access-denied', // kIOReturnNotPrivileged
  '0xE00002E2': 'access-denied', // kIOReturnNotPermitted
  '0xE00002C0': 'disconnected', // kIOReturnNoDevice
  '0xE00002D9': 'disconnected', // kIOReturnNotAttached
};

const TEXTS: readonly (readonly [RegExp, HidFailureCode])[] = [
  [/disconnected|No such device|No such file/i, 'disconnected'],
  [/Permission denied|Operation not permitted/i, 'access-denied'],
  [/Device or resource busy/i, 'in-use'],
];

/** What a text of hidapi means; `io` when it says nothing known. */
export function classifyHidText(text: string): HidFailureCode {
  const number = /0x[0-9a-f]{8}/i.exec(text)?.[0];
  const known = number === undefined ? undefined : CODES[`0x${number.slice(2).toUpperCase()}`];
  return known ?? TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'io';
}

/** What a system call's error code means. */
export function classifyErrno(code: string | undefined): HidFailureCode {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'access-denied';
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return 'disconnected';
    case 'EBUSY':
      return 'in-use';
    default:
      return 'io';
  }
}

/** The error for people; `cause` keeps what the system said. */
export function hidError(code: HidFailureCode, platform: NodeJS.Platform, cause?: unknown): HidError {
  return new HidError(code, sentenceFor(code, platform, textOf(cause)), { cause });
}

/** node-hid gives an Error, a string, or nothing at all. */
export function textOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === 'string' ? cause : '';
}

function sentenceFor(code: HidFailureCode, platform: NodeJS.Platform, text: string): string {
  switch (code) {
    case 'access-denied':
      if (platform === 'win32') {
        return 'Windows lets only programs with administrator rights talk to security keys. Start Latchkey as an administrator to manage this key.';
      }
      if (platform === 'linux') {
        return 'You may not open this security key. A udev rule gives access to whoever sits at this computer.';
      }
      return 'The system does not let Latchkey open this security key.';
    case 'disconnected':
      return 'The security key was unplugged.';
    case 'in-use':
      return 'Another program is using this security key. Close it and try again.';
    case 'io':
      return text === ''
        ? 'The security key could not be reached.'
        : `The security key could not be reached: ${text}.`;
  }
}
