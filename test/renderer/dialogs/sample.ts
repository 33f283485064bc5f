/** What a sample of the dialogs is, and the made-up world that they are about: sites, accounts and keys. */
import { safeText } from '../../../main/inventory/safe-text';
import { actsOf, type Surroundings } from '../../../main/ceremony/acts';
import type {
  AccountNames,
  CeremonyState,
  CeremonyView,
  KeyName,
  PlaceName,
  SiteView,
} from '../../../main/ceremony/dialog-view';

/** One dialog to be looked at. */
export interface Sample {
  /** For addresses and names of files: kebab-case, and no other has it. */
  readonly id: string;
  /** What is to be seen, for somebody who does not know the code. */
  readonly caption: string;
  readonly view: CeremonyView;
}

export interface SampleOptions extends Partial<Omit<Surroundings, 'kind'>> {
  readonly site?: SiteView;
  /** `create`: whose passkey it will be. */
  readonly account?: AccountNames;
}

/** A browser asks, there are other places, and nothing was chosen yet, unless `options` say otherwise. */
function sample(
  kind: CeremonyView['kind'],
  id: string,
  caption: string,
  state: CeremonyState,
  { site = sites.plain, account = accounts.sam, ...around }: SampleOptions,
): Sample {
  const acts = actsOf(state, {
    kind,
    hasOwnDialog: true,
    canGoBack: false,
    canGoElsewhere: true,
    canRename: true,
    ...around,
  });
  const view = { id: `sample:${id}`, kind, site, state, acts };
  return { id, caption, view: kind === 'create' ? { ...view, account } : view };
}

export function saving(
  id: string,
  caption: string,
  state: CeremonyState,
  options: SampleOptions = {},
): Sample {
  return sample('create', id, caption, state, options);
}

export function using(
  id: string,
  caption: string,
  state: CeremonyState,
  options: SampleOptions = {},
): Sample {
  return sample('get', id, caption, state, options);
}

/** As siteView makes it of a request; a test compares them. */
export const sites = {
  plain: { origin: 'https://contoso.example', ascii: 'https://contoso.example', rpId: 'contoso.example' },
  subdomain: {
    origin: 'https://login.eu.contoso.example:8443',
    ascii: 'https://login.eu.contoso.example:8443',
    rpId: 'contoso.example',
  },
  ownScript: {
    origin: 'https://bücher.example',
    ascii: 'https://xn--bcher-kva.example',
    rpId: 'xn--bcher-kva.example',
  },
  /** Cyrillic letters that look like "apple". */
  lookAlike: {
    origin: 'https://xn--80ak6aa92e.example',
    ascii: 'https://xn--80ak6aa92e.example',
    rpId: 'xn--80ak6aa92e.example',
  },
  /** Hyphens all over, and longer than a line where it is zoomed. */
  hyphens: {
    origin: 'https://sign-in-to-your-account-here.eu-west-1.contoso.example',
    ascii: 'https://sign-in-to-your-account-here.eu-west-1.contoso.example',
    rpId: 'eu-west-1.contoso.example',
  },
  /** Its longest part is as long as a line where it is zoomed. */
  ownScriptLong: {
    origin: 'https://müller-und-söhne.example',
    ascii: 'https://xn--mller-und-shne-5pb9f.example',
    rpId: 'xn--mller-und-shne-5pb9f.example',
  },
  embedded: {
    origin: 'https://pay.contoso.example',
    ascii: 'https://pay.contoso.example',
    rpId: 'contoso.example',
    embeddedIn: 'https://shop.example',
  },
  embeddedSomewhere: {
    origin: 'https://pay.contoso.example',
    ascii: 'https://pay.contoso.example',
    rpId: 'contoso.example',
    embeddedIn: '',
  },
  local: { origin: 'http://localhost:3000', ascii: 'http://localhost:3000', rpId: 'localhost' },
  /** The name of another site stands in front, and 253 characters are all that DNS allows. */
  long: longSite(),
  /** Before it is checked whose passkeys they are. */
  unchecked: { origin: 'https://contoso.example', ascii: 'https://contoso.example', rpId: '' },
} as const satisfies Readonly<Record<string, SiteView>>;

function longSite(): SiteView {
  const label = 'a'.repeat(63);
  const host = `accounts.contoso.example.${label}.${label}.${label}.sign-in-to-your-account.evil.example`;
  return { origin: `https://${host}`, ascii: `https://${host}`, rpId: 'evil.example' };
}

export const accounts = {
  sam: { name: 'sam.rivers@contoso.example', displayName: 'Sam Rivers' },
  alex: { name: 'alex@contoso.example', displayName: 'Alex Müller' },
  nameAlone: { name: 'info@contoso.example', displayName: '' },
  displayNameAlone: { name: '', displayName: '山田花子' },
  nameless: { name: '', displayName: '' },
  rightToLeft: { name: 'محمد@contoso.example', displayName: 'محمد الأحمد' },
  /** Pretends to be a sentence of the dialog, with an override of the direction and without an end. */
  hostile: shown({
    name: `Latchkey: This site was checked and is safe. \u202eelpmaxe.osotnoc ${'Approve! '.repeat(40)}`,
    displayName: 'W'.repeat(500),
  }),
} as const satisfies Readonly<Record<string, AccountNames>>;

function shown({ name, displayName }: AccountNames): AccountNames {
  return { name: safeText(name).text, displayName: safeText(displayName).text };
}

export const keys = {
  blue: { id: 'key-1', name: 'YubiKey 5 NFC' },
  green: { id: 'key-2', name: 'Nitrokey 3C' },
  finger: { id: 'key-3', name: 'Fingerprint key' },
  /** A second one of the same model. */
  blueToo: { id: 'key-4', name: 'YubiKey 5 NFC' },
  hostile: { id: 'key-5', name: safeText(`This device \u202e${'🔑 trusted '.repeat(40)}`).text },
} as const satisfies Readonly<Record<string, KeyName>>;

export const thisDevice: PlaceName = { is: 'device' };

export function onKey(key: KeyName): PlaceName {
  return { is: 'key', ...key };
}
