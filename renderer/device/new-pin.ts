/** What the boxes for a new PIN or passphrase of this device say while somebody types. The rules are the vault's own. */
import { checkNewPassphrase, MIN_PASSPHRASE_LENGTH } from '../../main/vault/passphrase-rules';
import { checkNewPin, MIN_PIN_LENGTH } from '../../main/vault/pin-rules';
import { words } from '../messages/en';
import { samePin } from '../security-keys/pin-rules';
import type { FieldMessage } from '../security-keys/PinField';

const w = words.deviceDialogs.pin;
const wp = words.deviceDialogs.passphrase;

export interface NewPin {
  readonly fresh: string;
  readonly again: string;
}

/** Undefined while nothing is known that could be said. `tried`: somebody wanted to go on. */
export function freshMessage({ fresh }: NewPin, tried: boolean, current?: string): FieldMessage | undefined {
  if (fresh === '' && !tried) return undefined;
  const missing = MIN_PIN_LENGTH - Array.from(fresh.normalize('NFC')).length;
  // Too short is no mistake while somebody still types.
  if (missing > 0) return { state: tried ? 'error' : 'none', text: w.tooShort(missing) };
  const refused = checkNewPin(fresh);
  if (refused !== undefined) return { state: 'error', text: refused };
  if (current !== undefined && samePin(current, fresh)) return { state: 'error', text: words.pin.sameAsOld };
  return { state: 'success', text: w.good };
}

export function againMessage({ fresh, again }: NewPin, tried: boolean): FieldMessage | undefined {
  if (again === '' && !(tried && checkNewPin(fresh) === undefined)) return undefined;
  return sameMessage({ fresh, again }, tried, words.pin.match, words.pin.mismatch);
}

export function isGoodNewPin({ fresh, again }: NewPin, current?: string): boolean {
  return (
    checkNewPin(fresh) === undefined &&
    samePin(fresh, again) &&
    !(current !== undefined && samePin(current, fresh))
  );
}

export function freshPassphraseMessage({ fresh }: NewPin, tried: boolean): FieldMessage | undefined {
  if (fresh === '') return tried ? { state: 'error', text: wp.missing } : undefined;
  const refused = checkNewPassphrase(fresh);
  // While it is short, nobody has made a mistake yet.
  const typing = !tried && Array.from(fresh.normalize('NFC')).length < MIN_PASSPHRASE_LENGTH;
  if (refused !== undefined) return { state: typing ? 'none' : 'error', text: refused };
  return { state: 'success', text: wp.good };
}

export function againPassphraseMessage({ fresh, again }: NewPin, tried: boolean): FieldMessage | undefined {
  if (again === '' && !(tried && checkNewPassphrase(fresh) === undefined)) return undefined;
  return sameMessage({ fresh, again }, tried, wp.match, wp.mismatch);
}

export function isGoodPassphrase({ fresh, again }: NewPin): boolean {
  return checkNewPassphrase(fresh) === undefined && samePin(fresh, again);
}

function sameMessage(
  { fresh, again }: NewPin,
  tried: boolean,
  match: string,
  mismatch: string,
): FieldMessage {
  if (again !== '' && samePin(fresh, again)) return { state: 'success', text: match };
  // While the beginning is right, nobody has made a mistake yet.
  const onTheWay = fresh.normalize('NFC').startsWith(again.normalize('NFC'));
  return { state: onTheWay && !tried ? 'none' : 'error', text: mismatch };
}
