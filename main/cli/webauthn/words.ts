/** What a ceremony shows, in words for a terminal. Names of accounts and keys come safe to be shown (main/ceremony/dialog-view.ts). */
import type {
  AccountChoice,
  AccountNames,
  CeremonyView,
  KeyName,
  Need,
  NewPinRefusal,
  Obstacle,
  PinRules,
  Place,
  PlaceName,
  SiteView,
  Trouble,
} from '../../ceremony/dialog-view';
import { triesLeft } from '../output';

/** Who asks, and for what: the origin in full, and before anything else. */
export function requestWords({ kind, site, account }: CeremonyView): string {
  const asks =
    kind === 'create'
      ? `asks to save a passkey${account ? ` for ${accountWords(account)}` : ''}`
      : 'asks you to sign in with a passkey';
  return [`${originWords(site)} ${asks}.`, ...embeddingWords(site), ...rpIdWords(site)].join(' ');
}

function originWords({ origin, ascii }: SiteView): string {
  return origin === ascii ? origin : `${origin} (${ascii})`;
}

function embeddingWords({ embeddedIn }: SiteView): readonly string[] {
  if (embeddedIn === undefined) return [];
  return [`The page is embedded in ${embeddedIn === '' ? 'one of another site' : embeddedIn}.`];
}

function rpIdWords({ rpId, ascii }: SiteView): readonly string[] {
  const host = URL.canParse(ascii) ? new URL(ascii).hostname : '';
  return rpId === '' || rpId === host ? [] : [`Its passkeys are those of ${rpId}.`];
}

export function accountWords({ name, displayName }: AccountNames): string {
  if (name === '') return displayName === '' ? 'an account without a name' : displayName;
  return displayName === '' || displayName === name ? name : `${name} (${displayName})`;
}

export function placeName(place: PlaceName): string {
  return place.is === 'device' ? 'this device' : keyName(place);
}

export function keyName({ name }: Pick<KeyName, 'name'>): string {
  return name === '' ? 'the security key' : `“${name}”`;
}

export function keyNames(keys: readonly KeyName[]): string {
  return keys.map(keyName).join(', ');
}

/** A place in a list; why it cannot be chosen stands behind. */
export function placeWords(place: Place, all: readonly Place[]): string {
  const remarks = [
    ...(place.obstacle ? [obstacleWords[place.obstacle]] : []),
    ...(!place.obstacle && place.alreadyThere ? ['already has a passkey of this account'] : []),
    ...(!place.obstacle && place.need ? [needWords[place.need]] : []),
    ...(place.is === 'key' && place.opening ? ['is being looked at'] : []),
    ...(place.is === 'device' && !place.obstacle && place.unattested
      ? ['does not prove to the site what it is, which it asks for']
      : []),
  ];
  const name = nameInList(place, all);
  return remarks.length === 0 ? name : `${name}: ${remarks.join('; ')}`;
}

function nameInList(place: Place, all: readonly Place[]): string {
  switch (place.is) {
    case 'device':
      return 'This device';
    case 'key':
      return `Security key ${keyName(place)}`;
    case 'any-key':
      return `${all.some(({ is }) => is === 'key') ? 'Another security key' : 'A security key'}: plug it in, or touch it`;
    case 'phone':
      return 'iPhone, iPad or Android device';
  }
}

const needWords: Readonly<Record<Need, string>> = {
  pin: 'asks for its PIN',
  'new-pin': 'needs a PIN first, which you choose',
  'pin-change': 'wants a new PIN first',
  passphrase: 'asks for its passphrase',
};

const obstacleWords: Readonly<Record<Obstacle, string>> = {
  'no-match': 'has no passkey for this site',
  full: 'is full',
  'no-passkeys': 'cannot keep passkeys',
  'no-verification': 'cannot verify who you are, which the site demands',
  algorithm: 'cannot sign as the site wants it',
  extension: 'cannot do something else that the site demands',
  policy: 'is not allowed by the administrator',
  blocked: 'takes no PIN any more',
  'not-set-up': 'is not set up yet (`latchkey device set-up`)',
  unusable: 'cannot be used (`latchkey device status` tells why)',
  failed: 'does not answer (`latchkey keys` tells why)',
  'not-yet': 'not from the command line',
};

/** A passkey in a list. */
export function choiceWords({ name, displayName, place, lastUsed }: AccountChoice): string {
  const who =
    name === undefined && displayName === undefined
      ? 'A passkey'
      : accountWords({ name: name ?? '', displayName: displayName ?? '' });
  const when = lastUsed === undefined ? '' : `, last used ${new Date(lastUsed).toISOString().slice(0, 10)}`;
  return `${who}, on ${placeName(place)}${when}`;
}

export function touchWords(keys: readonly KeyName[]): string {
  const [first] = keys;
  return first && keys.length === 1
    ? `Touch ${keyName(first)} …`
    : `Touch one of the security keys ${keyNames(keys)} …`;
}

export function fingerWords(key: KeyName, retries: number | undefined): string {
  return retries === undefined
    ? `Touch the sensor of ${keyName(key)} …`
    : `That finger was not recognised. ${triesLeft(retries)} Touch the sensor of ${keyName(key)} again …`;
}

export function wrongPinWords(retries: number): string {
  return `That PIN is wrong. ${triesLeft(retries)}`;
}

/** @param wait milliseconds */
export function devicePinWords(problem: 'wrong' | 'too-early', left: number, wait: number): string {
  const said = problem === 'wrong' ? ['That PIN is wrong.', triesLeft(left)] : [triesLeft(left)];
  const seconds = Math.ceil(wait / 1000);
  return [
    ...said,
    ...(wait > 0 ? [`The next one is taken in ${seconds === 1 ? 'one second' : `${seconds} seconds`}.`] : []),
  ].join(' ');
}

export function refusalWords(refusal: NewPinRefusal, { minLength, maxBytes }: PinRules): string {
  switch (refusal) {
    case 'too-short':
      return `That PIN is too short: it takes at least ${minLength} characters.`;
    case 'too-long':
      return `That PIN is too long: it takes at most ${maxBytes} bytes.`;
    case 'not-text':
      return 'That PIN holds a character that no PIN can hold. Choose another one.';
    case 'refused':
      return 'The security key refuses that PIN. Choose another one: longer, or less simple.';
  }
}

export function savedWords(place: PlaceName, backup: 'device-bound' | 'synced'): string {
  const where = place.is === 'device' ? 'on this device' : `on ${placeName(place)}`;
  return `Passkey saved ${where}. ${backup === 'synced' ? 'It is synced to your other devices.' : 'It stays there: it is device-bound.'}`;
}

export function troubleWords(trouble: Trouble, { kind, site }: Pick<CeremonyView, 'kind' | 'site'>): string {
  const noPasskey = `no passkey for ${site.rpId === '' ? site.origin : site.rpId}`;
  switch (trouble.is) {
    case 'timed-out':
      return 'It took longer than the site waits. Go back to it and try again.';
    case 'no-match':
      return trouble.keys.length === 0
        ? `There is ${noPasskey} here.`
        : `There is ${noPasskey} here, nor on ${keyNames(trouble.keys)}.`;
    case 'wrong-key':
      return `There is ${noPasskey} on ${keyName(trouble.key)}.`;
    case 'key-removed':
      return `${sentence(keyName(trouble.key))} was taken out.`;
    case 'key-blocked':
      return blockedWords(trouble.key, trouble.until);
    case 'key-full':
      return `${sentence(keyName(trouble.key))} has no room for another passkey. \`latchkey delete\` makes room.`;
    case 'key-cannot':
      return `${sentence(keyName(trouble.key))} ${obstacleWords[trouble.why]}.`;
    case 'not-touched':
      return `Nobody touched ${placeName(trouble.place)} in time.`;
    case 'refused':
      return `It was refused on ${placeName(trouble.place)}.`;
    case 'place-failed':
      return `${sentence(placeName(trouble.place))} did not do it: it broke off, answered nonsense, or another program has it.`;
    case 'excluded':
      return `You already have a passkey for this account here, on ${placeName(trouble.place)}.`;
    case 'attestation-impossible':
      return `The site wants to know exactly which authenticator it is, and ${placeName(trouble.place)} proves nothing about that.`;
    case 'device-locked':
      return 'This device takes no PIN any more, after ten wrong ones. `latchkey device recover` opens it with the recovery key.';
    case 'device-unusable':
      return trouble.problem === 'file'
        ? 'The file of the passkeys of this device cannot be read or written. Make room on the disk, or see to the permissions of the folder.'
        : 'The passkeys of this device cannot be used. `latchkey device status` tells why, and what to do.';
    case 'vault-missing':
      return 'No passkeys are kept on this device yet. `latchkey device set-up` prepares it.';
    case 'policy':
      return kind === 'create'
        ? 'No place is left where this passkey may be saved: saving passkeys to this device is off, or the administrator forbids it.'
        : 'The administrator does not allow it.';
  }
}

function blockedWords(key: KeyName, until: 'replug' | 'reset' | 'pin'): string {
  const name = sentence(keyName(key));
  switch (until) {
    case 'replug':
      return `${name} takes no PIN until it was taken out and put back in, after three wrong ones.`;
    case 'reset':
      return `${name} is blocked: no tries of the PIN are left. Only a reset helps, which erases it: \`latchkey reset\`.`;
    case 'pin':
      return `${name} takes no finger until its PIN was right.`;
  }
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
