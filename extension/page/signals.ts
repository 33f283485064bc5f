/** The signal methods (WebAuthn Level 3 §5.1.10): the browser checks what the page says and does its part, then Latchkey hears it. */
import type { SignalName } from '../../main/bridge/messages';
import { LONGEST_FROM_PAGE } from '../between/page-messages';
import { decodeBase64Url } from './base64url';
import { errorOf } from './ceremonies';
import { newPromise, own, typeError, whenSettled, writeJson } from './intrinsics';
import { kindOf, type PagePort } from './page-port';
import { dictionary, required, sequence, text, type Conversion } from './web-idl';

const base64url: Conversion = (value) => {
  const id = text(value);
  decodeBase64Url(id);
  return id;
};

const dictionaries = (): Readonly<Record<SignalName, Conversion>> => ({
  unknownCredential: dictionary([required('credentialId', base64url), required('rpId', text)]),
  allAcceptedCredentials: dictionary([
    required('allAcceptedCredentialIds', sequence(base64url)),
    required('rpId', text),
    required('userId', base64url),
  ]),
  currentUserDetails: dictionary([
    required('displayName', text),
    required('name', text),
    required('rpId', text),
    required('userId', base64url),
  ]),
});

/** Made when a page signals for the first time: most never do. */
let made: ReturnType<typeof dictionaries> | undefined;

/** @param native the browser's own method, with the page's own arguments */
export function passOn(
  port: PagePort,
  signal: SignalName,
  argument: unknown,
  native: () => Promise<unknown>,
): Promise<unknown> {
  let taken: string | undefined;
  try {
    taken = optionsOf(signal, argument);
  } catch {
    // It says itself what is wrong.
  }
  const theirs = native();
  if (taken === undefined) return theirs;
  return newPromise((resolve, reject) => {
    // Whatever became of it: a page never learns what there is on this device.
    whenSettled(theirs, (value) => tell(port, signal, taken, () => resolve(value)), reject);
  });
}

/** For a browser that has no such method: Firefox. */
export function tellAlone(port: PagePort, signal: SignalName, argument: unknown): Promise<unknown> {
  return newPromise((resolve, reject) => {
    const taken = optionsOf(signal, argument);
    tell(port, signal, taken, (answer) => {
      if (kindOf(answer) === 'error') reject(errorOf(own(answer, 'error')));
      else resolve(undefined);
    });
  });
}

function tell(port: PagePort, signal: SignalName, taken: string, told: (answer: unknown) => void): void {
  port.ask('signal', `,"signal":"${signal}","options":${taken}`, told);
}

/** Throws `TypeError` where Web IDL does, and for what is not base64url (§5.1.10). */
function optionsOf(signal: SignalName, argument: unknown): string {
  const json = writeJson((made ??= dictionaries())[signal](argument));
  if (json.length > LONGEST_FROM_PAGE - 1024) throw typeError('The list is too long.');
  return json;
}
