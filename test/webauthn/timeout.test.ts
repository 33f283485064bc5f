/** How long a site waits (WebAuthn Level 3 §5.1.3 step 4, §15.1). */
import { expect, test } from 'vitest';
import { ceremonyTimeout } from '../../main/webauthn/timeout';

test.each([
  [undefined, 300_000],
  [0, 300_000],
  [1, 300_000],
  [60_000, 300_000],
  [300_000, 300_000],
  [300_001, 300_001],
  [600_000, 600_000],
  [600_001, 600_000],
  [2 ** 32 - 1, 600_000],
])('a site that asks for %s ms waits %i ms', (asked, milliseconds) => {
  expect(ceremonyTimeout(asked)).toBe(milliseconds);
});
