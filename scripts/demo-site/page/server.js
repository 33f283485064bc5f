/** What the page asks its own server. */

/**
 * @typedef {object} Passkey
 * @property {string} id
 * @property {string} name
 * @property {string} aaguid
 * @property {string} [attachment]
 * @property {readonly string[]} transports
 * @property {boolean} synced
 * @property {boolean} userVerified
 * @property {number} created
 * @property {number} [lastUsed]
 *
 * @typedef {object} Account
 * @property {string} id
 * @property {string} name
 * @property {string} displayName
 * @property {readonly Passkey[]} passkeys
 *
 * @typedef {object} Answer
 * @property {string} rpId
 * @property {Account} [account]
 * @property {Passkey} [passkey]
 * @property {object} [options]
 */

export class SiteError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks the server.
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Answer>}
 */
export async function ask(path, body = {}) {
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new SiteError('gone', 'The demo site does not answer. Start it again: npm run demo-site');
  }
  const answer = await response.json();
  if (!response.ok) throw new SiteError(answer.code, answer.message);
  return answer;
}
