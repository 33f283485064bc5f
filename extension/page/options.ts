/**
 * The dictionaries of `create` and `get` (WebAuthn Level 3 §5.4, §5.5, §10; CTAP 2.1 §12) as PublicKeyCredentialCreationOptionsJSON and
 * PublicKeyCredentialRequestOptionsJSON (§5.1.8, §5.1.9). Members that nobody knows are left out.
 */
import {
  bytes,
  dictionary,
  flag,
  long,
  notOurs,
  optional,
  record,
  required,
  sequence,
  text,
  unsignedLong,
  type Conversion,
} from './web-idl';

interface Dictionaries {
  readonly creation: Conversion;
  readonly request: Conversion;
}

function dictionaries(): Dictionaries {
  const descriptors = sequence(
    dictionary([required('type', text), required('id', bytes), optional('transports', sequence(text))]),
  );

  const prfValues = dictionary([required('first', bytes), optional('second', bytes)]);

  const extensions = dictionary([
    optional('appid', text),
    optional('appidExclude', text),
    optional('credBlob', bytes),
    optional('credProps', flag),
    optional('credentialProtectionPolicy', text),
    optional('enforceCredentialProtectionPolicy', flag),
    optional('getCredBlob', flag),
    optional('hmacCreateSecret', flag),
    optional(
      'largeBlob',
      dictionary([optional('read', flag), optional('support', text), optional('write', bytes)]),
    ),
    optional('minPinLength', flag),
    optional(
      'prf',
      dictionary([optional('eval', prfValues), optional('evalByCredential', record(prfValues))]),
    ),
    // Secure Payment Confirmation and requests on behalf of another computer have client data of their own: the browser's.
    optional('payment', notOurs),
    optional('remoteDesktopClientOverride', notOurs),
  ]);

  const creation = dictionary([
    optional('attestation', text),
    optional('attestationFormats', sequence(text)),
    optional(
      'authenticatorSelection',
      dictionary([
        optional('authenticatorAttachment', text),
        optional('requireResidentKey', flag),
        optional('residentKey', text),
        optional('userVerification', text),
      ]),
    ),
    required('challenge', bytes),
    optional('excludeCredentials', descriptors),
    optional('extensions', extensions),
    optional('hints', sequence(text)),
    required('pubKeyCredParams', sequence(dictionary([required('alg', long), required('type', text)]))),
    required('rp', dictionary([optional('id', text), required('name', text)])),
    optional('timeout', unsignedLong),
    required(
      'user',
      dictionary([required('displayName', text), required('id', bytes), required('name', text)]),
    ),
  ]);

  const request = dictionary([
    optional('allowCredentials', descriptors),
    required('challenge', bytes),
    optional('extensions', extensions),
    optional('hints', sequence(text)),
    optional('rpId', text),
    optional('timeout', unsignedLong),
    optional('userVerification', text),
  ]);
  return { creation, request };
}

/** Made when a page asks for the first time: most never do. */
let made: Dictionaries | undefined;

export const creationOptions: Conversion = (value) => (made ??= dictionaries()).creation(value);
export const requestOptions: Conversion = (value) => (made ??= dictionaries()).request(value);
