/** What comes from frames: taken for nothing but what it shows, for a frame's process may be in a page's hands. */
import type { OptionsJson, ScreenArea, SignalName } from '../../main/bridge/messages';
import type { FromFrame } from '../between/frame-messages';

const SIGNALS: readonly SignalName[] = ['unknownCredential', 'allAcceptedCredentials', 'currentUserDetails'];
const FIELD = ['entered', 'wanted', 'left'] as const;
/** A host has at most 253 characters. */
const LONGEST_ORIGIN = 300;

/** Undefined for what frame.ts does not say. */
export function frameRequestOf(message: unknown): FromFrame | undefined {
  if (!isRecord(message)) return undefined;
  const { is, id, options, signal, field, area } = message;
  if (is === 'alive') return { is };
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return undefined;
  const top = topOriginOf(message.topOrigin);
  if (!top) return undefined;
  switch (is) {
    case 'create':
    case 'get':
    case 'autofill':
      return isRecord(options) ? { is, id, options, ...top } : undefined;
    case 'signal': {
      const known = SIGNALS.find((name) => name === signal);
      return known && isRecord(options) ? { is, id, signal: known, options, ...top } : undefined;
    }
    case 'device':
      return { is, id, ...top };
    case 'field': {
      const known = FIELD.find((name) => name === field);
      const where = areaOf(area);
      if (!known || (known !== 'left') !== (where !== undefined)) return undefined;
      return { is, id, field: known, ...(where && { area: where }) };
    }
    case 'cancel':
      return { is, id };
    default:
      return undefined;
  }
}

function topOriginOf(origin: unknown): { readonly topOrigin?: string } | undefined {
  if (origin === undefined) return {};
  if (typeof origin !== 'string' || !URL.canParse(origin)) return undefined;
  const { origin: same, protocol } = new URL(origin);
  return same === origin && origin.length <= LONGEST_ORIGIN && (protocol === 'https:' || protocol === 'http:')
    ? { topOrigin: origin }
    : undefined;
}

function areaOf(area: unknown): ScreenArea | undefined {
  if (!isRecord(area)) return undefined;
  const { x, y, width, height } = area;
  const isArea = isPlace(x) && isPlace(y) && isPlace(width) && isPlace(height) && width >= 0 && height >= 0;
  return isArea ? { x, y, width, height } : undefined;
}

/** Of a screen: nothing is a million pixels away. */
function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < 1_000_000;
}

function isRecord(value: unknown): value is OptionsJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
