/** What goes wrong, in words. */
import { SiteError } from './server.js';

/**
 * @param {unknown} error
 * @returns {string}
 */
export function inWords(error) {
  if (error instanceof SiteError) return error.message;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return 'No passkey came: it was cancelled, took too long, or there was none. Browsers do not tell which.';
    case 'InvalidStateError':
      return 'There is a passkey of this account in that place already.';
    case 'AbortError':
      return 'The page has called it off.';
    case 'OperationError':
      return 'Another request for a passkey is still open. Answer or cancel that one first.';
    case 'SecurityError':
      return 'The browser says that this address may not use passkeys of the site.';
    default:
      return `Something went wrong: ${error instanceof Error ? `${name}: ${error.message}` : String(error)}`;
  }
}
