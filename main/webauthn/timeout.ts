/** How long a site waits (WebAuthn Level 3 §5.1.3 and §5.1.4 step 4, §15.1 "Recommended Range for Ceremony Timeouts"). */

const SHORTEST = 300_000;
const LONGEST = 600_000;
const DEFAULT = 300_000;

/** Milliseconds. @param asked what the site asks for, in milliseconds */
export function ceremonyTimeout(asked: number | undefined): number {
  return asked === undefined ? DEFAULT : Math.min(Math.max(asked, SHORTEST), LONGEST);
}
