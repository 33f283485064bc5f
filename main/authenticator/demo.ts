/** The demo key: a dozen varied passkeys on six sites behind a PIN, for newcomers without hardware. */
import { Algorithm } from '../ctap/cose';
import type { RandomSource } from '../../native/ports';
import { configure } from './configuration';
import { newKeyState, type KeyState } from './key-state';
import { withPasskeys, withPin, type PasskeyRecipe } from './provision';

export const DEMO_PIN = '123456';

/** The sites' names are only data here: nobody visits them. */
export const demoPasskeys: readonly PasskeyRecipe[] = [
  { rpId: 'github.com', rpName: 'GitHub', userName: 'ada-lovelace', displayName: 'Ada Lovelace' },
  {
    rpId: 'github.com',
    rpName: 'GitHub',
    userName: 'analytical-engines',
    displayName: 'Analytical Engines (work)',
    algorithm: Algorithm.EDDSA,
  },
  {
    rpId: 'accounts.google.com',
    rpName: 'Google',
    userName: 'ada@example.com',
    displayName: 'Ada Lovelace',
    credProtect: 2,
  },
  {
    rpId: 'accounts.google.com',
    rpName: 'Google',
    userName: 'family.lovelace@example.com',
    displayName: 'The Lovelace family',
  },
  {
    rpId: 'login.microsoft.com',
    rpName: 'Microsoft',
    userName: 'ada.lovelace@example.com',
    displayName: 'Ada Lovelace',
    credProtect: 3,
  },
  {
    rpId: 'login.microsoft.com',
    rpName: 'Microsoft',
    userName: 'admin@example.org',
    displayName: 'Administrator of the Society for the Encouragement of Arts, Manufactures and Commerce',
    credProtect: 3,
    algorithm: Algorithm.EDDSA,
  },
  {
    rpId: 'paypal.com',
    rpName: 'PayPal',
    userName: 'ada@example.com',
    displayName: 'Ada Lovelace',
    thirdPartyPayment: true,
  },
  { rpId: 'amazon.com', rpName: 'Amazon', userName: '+44 20 7946 0123', displayName: 'Ada' },
  {
    rpId: 'amazon.com',
    rpName: 'Amazon',
    userName: 'charles@example.com',
    displayName: 'Charles Babbage',
    largeBlob: true,
  },
  { rpId: 'example.org', rpName: 'Example', userName: 'мария', displayName: 'Мария Склодовская' },
  { rpId: 'example.org', rpName: 'Example', userName: 'hanako', displayName: '山田 花子 🔑' },
  { rpId: 'example.org', userName: 'سعاد', displayName: 'سعاد العلي', algorithm: Algorithm.EDDSA },
];

/** A 2.1 key with {@link DEMO_PIN} and {@link demoPasskeys}. */
export function demoState(random: RandomSource): KeyState {
  const empty = newKeyState(configure('2.1', { productName: 'Simulated demo key' }), random);
  return withPasskeys(withPin(empty, DEMO_PIN), demoPasskeys, random);
}
