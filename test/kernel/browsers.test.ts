/** Debian's Chromium and Firefox ESR on a page of localhost, with our simulated key as the security key that they find. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Flag } from '../../main/ctap/authenticator-data.js';
import type { Browser } from './browsers/browser.js';
import { Chromium } from './browsers/chromium.js';
import { Firefox } from './browsers/firefox.js';
import { RelyingParty, RP_ID } from './browsers/relying-party.js';
import { KeyOnUhid, PIN } from './support/key-on-uhid.js';
import { requestsOf } from './support/key-requests.js';
import { attached, systemBus, theKey } from './support/virtual-key.js';

/** Milliseconds; starting a browser in the VM takes half a minute, on a busy machine minutes. */
const SLOW = 500_000;

const secondFactor = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'discouraged',
    userVerification: 'discouraged',
  },
};
const passkey = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'required',
    userVerification: 'required',
  },
};

describe.each([
  ['Chromium', () => Chromium.launch(PIN)],
  ['Firefox', () => Firefox.launch(PIN)],
] as const)('%s', (_, launch: () => Promise<Browser>) => {
  let key: KeyOnUhid;
  let browser: Browser;
  let site: RelyingParty;

  beforeAll(async () => {
    await attached(systemBus(), 0);
    key = await KeyOnUhid.make();
    const requests = requestsOf(key);
    // Before the browser starts: without udev's daemon it hears of no key that comes later.
    await key.plug();
    await theKey(systemBus());
    browser = await launch();
    site = await RelyingParty.open(browser, requests);
  }, SLOW);

  afterAll(async () => {
    site.close();
    await browser.close();
    await key.unplug();
  }, SLOW);

  test(
    'a second factor is made and used by touch alone',
    async () => {
      const { id, publicKey, data } = await site.register(secondFactor);
      expect(data.flags & (Flag.UP | Flag.UV)).toBe(Flag.UP);
      expect(key.simulated.snapshot().credentials).toEqual([]);
      const used = await site.signIn({
        allowCredentials: [{ type: 'public-key', id }],
        userVerification: 'discouraged',
      });
      expect(used.id).toBe(id);
      expect(used.data.flags & (Flag.UP | Flag.UV)).toBe(Flag.UP);
      expect(used.signedWith(publicKey)).toBe(true);
      expect(used.fitsOtherClientData(publicKey)).toBe(false);
    },
    SLOW,
  );

  test(
    'a passkey is made and found again with the PIN',
    async () => {
      const { id, publicKey, data } = await site.register(passkey, true);
      expect(data.flags & (Flag.UP | Flag.UV)).toBe(Flag.UP | Flag.UV);
      const [stored] = key.simulated.snapshot().credentials;
      expect(stored!.credential).toMatchObject({
        rp: { id: RP_ID },
        // Firefox keeps the display name to itself.
        user: { name: 'ada' },
      });
      const used = await site.signIn({ userVerification: 'required' }, true);
      expect(used.id).toBe(id);
      expect(used.data.flags & (Flag.UP | Flag.UV)).toBe(Flag.UP | Flag.UV);
      expect(used.userHandle).toBe(Buffer.from(stored!.credential.user.id).toString('base64url'));
      expect(used.signedWith(publicKey)).toBe(true);
    },
    SLOW,
  );
});
