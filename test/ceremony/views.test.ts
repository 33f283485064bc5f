/** Who asks, as people see it. */
import { expect, it } from 'vitest';
import { siteView } from '../../main/ceremony/views';
import { parseCaller } from '../../main/webauthn/origin';

const origin = 'https://login.example.org:8443';
const site = { origin, ascii: origin, rpId: 'example.org' };

it('the whole origin, and whose passkeys they are', () => {
  expect(siteView(parseCaller({ origin }), 'example.org')).toEqual(site);
});

it('in its own script, with ASCII beside it', () => {
  expect(siteView(parseCaller({ origin: 'https://xn--bcher-kva.example' }), '')).toEqual({
    origin: 'https://bücher.example',
    ascii: 'https://xn--bcher-kva.example',
    rpId: '',
  });
});

it('what embeds it, also where nobody says what that is', () => {
  const topOrigin = 'https://shop.example';
  expect(siteView(parseCaller({ origin, topOrigin }), 'example.org')).toEqual({
    ...site,
    embeddedIn: topOrigin,
  });
  expect(siteView(parseCaller({ origin, crossOrigin: true }), 'example.org')).toEqual({
    ...site,
    embeddedIn: '',
  });
  expect(siteView(parseCaller({ origin, topOrigin: origin }), 'example.org')).toEqual(site);
});
