/** What a site learns when `create` or `get` fails (WebAuthn Level 3 §5.1.3, §5.1.4, §14.5.1). */
import { describe, expect, test } from 'vitest';
import { WebAuthnError, type SiteErrorName } from '../../main/webauthn/errors';

describe('a failure', () => {
  test.each<SiteErrorName>([
    'AbortError',
    'ConstraintError',
    'EncodingError',
    'InvalidStateError',
    'NotAllowedError',
    'NotSupportedError',
    'SecurityError',
    'SyntaxError',
    'TypeError',
  ])('%s keeps its name, and the sentence for the person stays here', (name) => {
    const error = new WebAuthnError(name, 'Ada Lovelace, YubiKey 5');
    expect(error.message).toBe('Ada Lovelace, YubiKey 5');
    expect(error.forSite().name).toBe(name);
    expect(error.forSite()).toEqual(new WebAuthnError(name, 'There is no passkey on this device.').forSite());
    expect(JSON.stringify(error.forSite())).not.toContain('Ada');
  });
});
