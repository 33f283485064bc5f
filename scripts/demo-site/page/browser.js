/** What the page asks the browser. */
import { element, log } from './view.js';

/**
 * Asks the browser.
 * @param {string} what  For the list of what was asked.
 * @param {() => Promise<Credential | null>} question
 * @returns {Promise<object>}  The JSON of what came.
 */
export async function askForPasskey(what, question) {
  try {
    const credential = await question();
    if (!(credential instanceof PublicKeyCredential)) throw new TypeError('what came is no passkey');
    log(`${what}: a passkey came (${credential.authenticatorAttachment ?? 'from a place that is not told'})`);
    return credential.toJSON();
  } catch (error) {
    log(`${what}: ${error instanceof Error || error instanceof DOMException ? error.name : String(error)}`);
    throw error;
  }
}

/**
 * A signal method, where the browser has it.
 * @param {string} name
 * @returns {((options: object) => Promise<void>) | undefined}
 */
function signal(name) {
  /** @type {unknown} */
  const method = Reflect.get(PublicKeyCredential, name);
  if (typeof method !== 'function') return undefined;
  return (options) => method.call(PublicKeyCredential, options);
}

/**
 * Tells those who keep passkeys (WebAuthn Level 3 §5.1.10).
 * @param {string} name
 * @param {object} options
 * @returns {Promise<boolean>}  Whether the browser takes it.
 */
export async function tell(name, options) {
  const method = signal(name);
  if (!method) {
    log(`${name}: this browser has no such thing`);
    return false;
  }
  try {
    await method(options);
    log(`${name}: told`);
    return true;
  } catch (error) {
    log(`${name}: ${error instanceof Error || error instanceof DOMException ? error.name : String(error)}`);
    return false;
  }
}

export async function showBrowser() {
  /**
   * @param {string} question
   * @param {() => Promise<boolean>} look
   */
  const add = async (question, look) => {
    const term = document.createElement('dt');
    const answer = document.createElement('dd');
    term.textContent = question;
    answer.textContent = '…';
    element('browser', HTMLElement).append(term, answer);
    answer.textContent = await look().then(
      (yes) => (yes ? 'yes' : 'no'),
      () => 'it does not say',
    );
  };
  await Promise.all([
    add('Passkeys can be kept on this device', () =>
      PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable(),
    ),
    add('Passkeys are offered in fields', () => PublicKeyCredential.isConditionalMediationAvailable()),
    add(
      'Sites can say what has become of a passkey',
      async () => signal('signalUnknownCredential') !== undefined,
    ),
  ]);
}
