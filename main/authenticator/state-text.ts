/**
 * The text of a state file. What a credential looks like in it is made once and kept as long as the credential: a key of
 * 10,000 passkeys is written anew after every wrong PIN, and nothing may stand still meanwhile.
 */
import type { CborMap, CborValue } from '../ctap/cbor';
import type { StoredCredential } from './key-state';
import { storedCredential } from './state-codec';

/** Credentials whose texts are made in one go; a few milliseconds. */
const CREDENTIALS_PER_TURN = 100;
const SEPARATOR = Buffer.from(',');
const NO_CREDENTIALS = '"credentials": []\n}';

/** Each begins with a line break and is indented as in the whole file. */
const texts = new WeakMap<StoredCredential, Buffer>();

/** The whole file. @param rest everything but the credentials, with an empty list of those at its end */
export function stateText(rest: CborMap, credentials: readonly StoredCredential[]): Uint8Array {
  const frame = JSON.stringify(toJson(rest), undefined, 2);
  if (!frame.endsWith(NO_CREDENTIALS)) throw new Error('the credentials are not the last member');
  const cut = frame.length - ']\n}'.length;
  const list = credentials.flatMap((credential, index) =>
    index === 0 ? [textOf(credential)] : [SEPARATOR, textOf(credential)],
  );
  const end = `${credentials.length > 0 ? '\n  ' : ''}${frame.slice(cut)}\n`;
  return Buffer.concat([Buffer.from(frame.slice(0, cut)), ...list, Buffer.from(end)]);
}

/** Makes the texts that {@link stateText} will need, with a turn for everybody else now and then. */
export async function prepareTexts(credentials: readonly StoredCredential[]): Promise<void> {
  let made = 0;
  for (const credential of credentials) {
    if (texts.has(credential)) continue;
    if (++made % CREDENTIALS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    textOf(credential);
  }
}

function textOf(credential: StoredCredential): Buffer {
  let text = texts.get(credential);
  if (!text) {
    const json = JSON.stringify(toJson(storedCredential.encode(credential)), undefined, 2);
    text = Buffer.from(`\n${json}`.replaceAll('\n', '\n    '));
    texts.set(credential, text);
  }
  return text;
}

function toJson(value: CborValue): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...(value as CborMap)].map(([key, item]) => [String(key), toJson(item)]));
  return Array.isArray(value) ? (value as readonly CborValue[]).map(toJson) : value;
}
