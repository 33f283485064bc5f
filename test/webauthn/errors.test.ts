/** What a site learns when `create` or `get` fails (WebAuthn Level 3 §5.1.3, §5.1.4, §14.5.1). */
import { describe, expect, test } from 'vitest';
import { WebAuthnError, type WebAuthnErrorName } from '../../main/webauthn/errors';

describe('a failure', () => {
  test.each<WebAuthnErrorName>(['NotAllowedError', 'TimeoutError', 'DataError', 'UnknownError'])(
    '%s is one and the same to the site: refused, timed out, nothing there and broken',
    (name) => {
      const { name: shown, message } = new WebAuthnError(
        name,
        'There is no passkey on this device.',
      ).forSite();
      expect({ shown, message }).toEqual({
        shown: 'NotAllowedError',
        message: new WebAuthnError('NotAllowedError', 'You said no.').forSite().message,
      });
    },
  );

  test.each<WebAuthnErrorName>([
    'AbortError',
    'ConstraintError',
    'EncodingError',
    'InvalidStateError',
    'NotSupportedError',
    'SecurityError',
    'SyntaxError',
    'TypeError',
  ])('%s keeps its name, and the sentence for the person stays here', (name) => {
    const error = new WebAuthnError(name, 'Ada Lovelace, YubiKey 5');
    expect(error.message).toBe('Ada Lovelace, YubiKey 5');
    expect(error.forSite().name).toBe(name);
    expect(JSON.stringify(error.forSite())).not.toContain('Ada');
  });
});
