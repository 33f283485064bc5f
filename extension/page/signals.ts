/** The signal methods (WebAuthn Level 3 §5.1.10): the browser checks what the page says and does its part, then Latchkey hears it. */
import type { SignalName } from '../../main/bridge/messages';
import { LONGEST_FROM_PAGE } from '../between/page-messages';
import { newPromise, whenSettled, writeJson } from './intrinsics';
import type { PagePort } from './page-port';
import { dictionary, required, sequence, text, type Conversion } from './web-idl';

/** As the browser has checked them, base64url included. */
const options: Readonly<Record<SignalName, Conversion>> = {
  unknownCredential: dictionary([required('credentialId', text), required('rpId', text)]),
  allAcceptedCredentials: dictionary([
    required('allAcceptedCredentialIds', sequence(text)),
    required('rpId', text),
    required('userId', text),
  ]),
  currentUserDetails: dictionary([
    required('displayName', text),
    required('name', text),
    required('rpId', text),
    required('userId', text),
  ]),
};

/** @param native the browser's own method, with the page's own arguments */
export function passOn(
  port: PagePort,
  signal: SignalName,
  argument: unknown,
  native: () => Promise<unknown>,
): Promise<unknown> {
  const taken = optionsOf(signal, argument);
  const theirs = native();
  if (taken === undefined) return theirs;
  return newPromise((resolve, reject) => {
    whenSettled(
      theirs,
      (value) => {
        // Whatever became of it: a page never learns what there is on this device.
        port.ask('signal', `,"signal":"${signal}","options":${taken}`, () => resolve(value));
      },
      reject,
    );
  });
}

function optionsOf(signal: SignalName, argument: unknown): string | undefined {
  try {
    const json = writeJson(options[signal](argument));
    return json.length < LONGEST_FROM_PAGE - 1024 ? json : undefined;
  } catch {
    return undefined;
  }
}
