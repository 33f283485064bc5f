/** What the page shows. It is made of text alone. */

/**
 * @typedef {import('./server.js').Account} Account
 * @typedef {import('./server.js').Passkey} Passkey
 *
 * What can be done with a passkey.
 * @typedef {object} Acts
 * @property {(passkey: Passkey, name: string) => void} rename
 * @property {(passkey: Passkey) => void} remove
 */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`there is no ${id}`);
  return found;
}

/**
 * @param {'good' | 'bad' | 'working'} kind
 * @param {string} text
 */
export function say(kind, text) {
  const status = element('status', HTMLElement);
  status.dataset['kind'] = kind;
  status.textContent = text;
}

/** @param {string} text */
export function log(text) {
  element('no-log', HTMLElement).hidden = true;
  const list = element('log', HTMLElement);
  const entry = document.createElement('li');
  entry.textContent = text;
  list.append(entry);
  if (list.childElementCount > 50) list.firstElementChild?.remove();
}

/**
 * Who is signed in, and the passkeys of the account; how to sign in where nobody is.
 * @param {Account | undefined} account
 * @param {Acts} acts
 */
export function showAccount(account, acts) {
  element('signed-out', HTMLElement).hidden = account !== undefined;
  element('signed-in', HTMLElement).hidden = account === undefined;
  if (!account) return;
  element('account-title', HTMLElement).textContent = `Signed in as ${account.name}`;
  element('account-name', HTMLInputElement).value = account.name;
  element('account-display-name', HTMLInputElement).value = account.displayName;
  element('no-passkeys', HTMLElement).hidden = account.passkeys.length > 0;
  element('passkeys', HTMLElement).replaceChildren(...account.passkeys.map((passkey) => row(passkey, acts)));
}

/**
 * @param {Passkey} passkey
 * @param {Acts} acts
 * @returns {HTMLElement}
 */
function row(passkey, acts) {
  const item = document.createElement('li');
  item.dataset['id'] = passkey.id;
  const what = document.createElement('div');
  what.className = 'what';
  const name = document.createElement('strong');
  name.textContent = passkey.name;
  const facts = document.createElement('p');
  facts.textContent = factsOf(passkey);
  what.append(name, facts);

  const rename = button('Rename', `Rename ${passkey.name}`);
  const remove = button('Delete', `Delete ${passkey.name}`);
  const form = document.createElement('form');
  form.hidden = true;
  const input = document.createElement('input');
  input.maxLength = 64;
  input.required = true;
  input.autocomplete = 'off';
  input.setAttribute('aria-label', `New name of ${passkey.name}`);
  const cancel = button('Cancel', 'Cancel');
  form.append(input, button('Save', 'Save', 'submit'), cancel);

  rename.addEventListener('click', () => {
    form.hidden = false;
    input.value = passkey.name;
    input.select();
    input.focus();
  });
  cancel.addEventListener('click', () => {
    form.hidden = true;
    rename.focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    acts.rename(passkey, input.value);
  });
  remove.addEventListener('click', () => acts.remove(passkey));
  item.append(what, rename, remove, form);
  return item;
}

/**
 * @param {string} text
 * @param {string} label
 * @param {'button' | 'submit'} [type]
 * @returns {HTMLButtonElement}
 */
function button(text, label, type = 'button') {
  const made = document.createElement('button');
  made.type = type;
  made.textContent = text;
  if (label !== text) made.setAttribute('aria-label', label);
  return made;
}

/** @type {Readonly<Record<string, string>>} */
const models = {
  '61bcb0ef-46aa-4bdf-a5c4-d270313c9cbf': 'Latchkey, on this device',
  '4c617463-686b-6579-5369-6d756c617465': 'A simulated security key',
};

/**
 * @param {Passkey} passkey
 * @returns {string}
 */
function factsOf({ aaguid, attachment, synced, userVerified, created, lastUsed }) {
  const place =
    models[aaguid] ??
    (attachment === 'platform' ? 'On this device' : 'On a security key, a phone or another device');
  return [
    place,
    synced ? 'synced' : 'not synced',
    `made ${time(created)}${userVerified ? '' : ' without PIN or fingerprint'}`,
    lastUsed === undefined ? 'never used to sign in' : `last used ${time(lastUsed)}`,
  ].join(' · ');
}

/** @param {number} when */
function time(when) {
  return new Date(when).toLocaleTimeString();
}
