/** Who asks: origins that are long, foreign, embedded, or meant to be taken for another. */
import { anyKey, device, keyPlace, phone } from './place-samples';
import { accounts, keys, saving, sites, using, type Sample } from './sample';

const choose = {
  name: 'choose-place',
  places: [device, keyPlace(keys.blue), anyKey, phone],
  all: false,
} as const;

export const siteSamples: readonly Sample[] = [
  saving('site-subdomain', 'The passkey is for the whole site, not for the host alone', choose, {
    site: sites.subdomain,
  }),
  saving('site-own-script', 'A name in its own script, and the same in ASCII', choose, {
    site: sites.ownScript,
  }),
  saving('site-look-alike', 'A name that looks like another: in ASCII only', choose, {
    site: sites.lookAlike,
  }),
  saving('site-own-script-long', 'One whose ASCII is as long as a line where it is zoomed', choose, {
    site: sites.ownScriptLong,
  }),
  saving('site-hyphens', 'A name that could be broken at many places', choose, { site: sites.hyphens }),
  using(
    'site-embedded',
    'The page is embedded in one of another site',
    { name: 'device-pin', account: accounts.sam },
    { site: sites.embedded },
  ),
  using(
    'site-embedded-somewhere',
    'It is embedded, and nobody knows in what',
    { name: 'device-pin', account: accounts.sam },
    { site: sites.embeddedSomewhere },
  ),
  saving('site-long', 'The longest name, which begins like another’s', choose, { site: sites.long }),
  using(
    'site-long-pin',
    'The same above a PIN',
    { name: 'key-pin', key: keys.blue, retries: 2 },
    { site: sites.long },
  ),
  saving('site-local', 'A page on this computer', choose, { site: sites.local }),
  saving('account-nameless', 'An account without a name', choose, { account: accounts.nameless }),
  saving('account-right-to-left', 'Names from right to left', choose, { account: accounts.rightToLeft }),
  saving('account-hostile', 'Names without an end that pretend to be the dialog’s own words', choose, {
    account: accounts.hostile,
  }),
];
