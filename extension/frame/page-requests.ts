/** What comes from the page's world, where a page can say whatever it likes: taken for nothing but what it shows. */
import { LONGEST_FROM_PAGE, type FromPage } from '../between/page-messages';
import type { OptionsJson, SignalName } from '../../main/bridge/messages';

const SIGNALS: readonly SignalName[] = ['unknownCredential', 'allAcceptedCredentials', 'currentUserDetails'];

/** Undefined for what page.ts does not say. */
export function pageRequestOf(message: unknown): FromPage | undefined {
  if (typeof message !== 'string' || message.length > LONGEST_FROM_PAGE) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return undefined;
  }
  if (!isRecord(json)) return undefined;
  const { is, id, options, signal } = json;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return undefined;
  switch (is) {
    case 'create':
    case 'get':
    case 'autofill':
      return isRecord(options) ? { is, id, options } : undefined;
    case 'signal': {
      const known = SIGNALS.find((name) => name === signal);
      return known && isRecord(options) ? { is, id, signal: known, options } : undefined;
    }
    case 'device':
    case 'cancel':
      return { is, id };
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is OptionsJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
