/** The page of the demo site: what a person can do in it. It asks nobody but its own server. */
import { askForPasskey, showBrowser, tell } from './browser.js';
import { ask, SiteError } from './server.js';
import { element, say, showAccount } from './view.js';
import { inWords } from './words.js';

/** @typedef {import('./server.js').Answer} Answer */
/** @typedef {import('./server.js').Passkey} Passkey */

const fields = {
  signIn: element('sign-in-name', HTMLInputElement),
  register: element('register-name', HTMLInputElement),
  registerWhere: element('register-where', HTMLSelectElement),
  name: element('account-name', HTMLInputElement),
  displayName: element('account-display-name', HTMLInputElement),
  addWhere: element('add-where', HTMLSelectElement),
};

/** @type {Answer | undefined} */
let last;
/** The field for passkeys waits as long as nobody is signed in. */
let field = new AbortController();
/** Something that a person has started is on its way. */
let isBusy = false;

/** @param {Answer} answer */
function take(answer) {
  const wasSignedIn = last?.account !== undefined;
  last = answer;
  showAccount(answer.account, {
    rename: (passkey, name) => void run('Saving …', () => renamePasskey(passkey, name)),
    remove: (passkey) => void run('Deleting …', () => deletePasskey(passkey)),
  });
  if (answer.account && !wasSignedIn) {
    field.abort();
    focusAccount();
  } else if (!answer.account && wasSignedIn) {
    fields.signIn.value = '';
    fields.register.value = '';
    fields.signIn.focus();
  }
}

/** What had the focus is gone. */
function focusAccount() {
  element('account-title', HTMLElement).focus();
}

/**
 * @param {string} where
 * @param {string} [name]
 */
async function create(where, name = '') {
  const { options } = await ask('register/options', { name, displayName: '', where });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    /** @type {PublicKeyCredentialCreationOptionsJSON} */ (options),
  );
  const answer = await askForPasskey('navigator.credentials.create', () =>
    navigator.credentials.create({ publicKey }),
  );
  take(await ask('register/finish', { answer }));
  say('good', 'The passkey is saved, and you are signed in.');
}

/**
 * @param {string} name
 * @param {AbortSignal} [signal]  Of the field for passkeys.
 */
async function signIn(name, signal) {
  const { options } = await ask('sign-in/options', { name, field: signal !== undefined });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    /** @type {PublicKeyCredentialRequestOptionsJSON} */ (options),
  );
  const answer = signal
    ? await askForPasskey('navigator.credentials.get, in the field', () =>
        navigator.credentials.get({ publicKey, signal, mediation: 'conditional' }),
      )
    : await askForPasskey('navigator.credentials.get', () => navigator.credentials.get({ publicKey }));
  try {
    take(await ask('sign-in/finish', { answer }));
  } catch (error) {
    if (error instanceof SiteError && error.code === 'unknown-passkey')
      await tell('signalUnknownCredential', {
        rpId: options && 'rpId' in options ? options.rpId : '',
        credentialId: 'id' in answer ? answer.id : '',
      });
    throw error;
  }
  say('good', 'You are signed in.');
  // Nobody waits for it: whoever has signed in can go on.
  if (last?.account)
    void tell('signalAllAcceptedCredentials', {
      rpId: last.rpId,
      userId: last.account.id,
      allAcceptedCredentialIds: last.account.passkeys.map(({ id }) => id),
    });
}

/**
 * @param {Passkey} passkey
 * @param {string} name
 */
async function renamePasskey({ id }, name) {
  take(await ask('passkey/rename', { id, name }));
  focusAccount();
  say('good', 'The passkey has a new name on this site.');
}

/** @param {Passkey} passkey */
async function deletePasskey({ id, name }) {
  const answer = await ask('passkey/delete', { id });
  take(answer);
  focusAccount();
  const told = await tell('signalUnknownCredential', { rpId: answer.rpId, credentialId: id });
  say(
    'good',
    told
      ? `${name} signs in no more. Whatever keeps it was told so.`
      : `${name} signs in no more. This browser tells nobody: delete it where it is kept, too.`,
  );
}

async function renameAccount() {
  const answer = await ask('account/rename', {
    name: fields.name.value,
    displayName: fields.displayName.value,
  });
  take(answer);
  say('good', 'The names are saved.');
  if (answer.account)
    void tell('signalCurrentUserDetails', {
      rpId: answer.rpId,
      userId: answer.account.id,
      name: answer.account.name,
      displayName: answer.account.displayName,
    });
}

// --- what a person starts ----------------------------------------------------------------------------------------------

/**
 * One thing at a time.
 * @param {string} words  While it runs.
 * @param {() => Promise<void>} work
 */
async function run(words, work) {
  if (isBusy) {
    say('bad', 'Another request is still open. Answer or cancel that one first.');
    return;
  }
  isBusy = true;
  say('working', words);
  try {
    await work();
  } catch (error) {
    say('bad', inWords(error));
  } finally {
    isBusy = false;
    if (!last?.account && field.signal.aborted) waitInField();
  }
}

/** A browser has one request at a time: the one of the field makes way. */
function withoutField() {
  field.abort();
}

/** Passkeys in the field for the user name, until somebody signs in by another way. */
function waitInField() {
  const waiting = new AbortController();
  field = waiting;
  const wait = async () => {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable())) return;
    await signIn('', waiting.signal);
  };
  wait().catch((error) => {
    // Nobody has asked for it, so nobody is told that nothing came of it.
    if (waiting.signal.aborted || !(error instanceof SiteError)) return;
    say('bad', error.message);
    // The site does not know that passkey: another may do.
    if (error.code !== 'gone') waitInField();
  });
}

/**
 * @param {string} id
 * @param {() => void} submitted
 */
function onSubmit(id, submitted) {
  element(id, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    submitted();
  });
}

const WAITING = 'Your browser or Latchkey asks you now …';

onSubmit('sign-in', () => {
  withoutField();
  void run(WAITING, () => signIn(fields.signIn.value.trim()));
});
onSubmit('register', () => {
  withoutField();
  void run(WAITING, () => create(fields.registerWhere.value, fields.register.value.trim()));
});
onSubmit('add', () => void run(WAITING, () => create(fields.addWhere.value)));
onSubmit('account', () => void run('Saving …', renameAccount));
element('sign-out', HTMLButtonElement).addEventListener(
  'click',
  () =>
    void run('Signing out …', async () => {
      take(await ask('sign-out'));
      say('good', 'You are signed out.');
    }),
);

async function begin() {
  if (
    typeof PublicKeyCredential !== 'function' ||
    typeof PublicKeyCredential.parseCreationOptionsFromJSON !== 'function'
  ) {
    say('bad', 'This browser is too old for this page: it needs Chrome 129, Firefox 119 or newer.');
    return;
  }
  void showBrowser();
  try {
    const answer = await ask('account');
    take(answer);
    if (answer.account) {
      say('good', 'You are still signed in.');
    } else {
      say('good', 'Create an account first, or sign in to one that you have made here.');
      waitInField();
    }
  } catch (error) {
    say('bad', inWords(error));
  }
}

void begin();
