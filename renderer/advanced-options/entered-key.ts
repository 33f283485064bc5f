/** What somebody has typed about a new simulated key. */
import type { TestersKey } from '../../preload/simulator-contract';

export interface EnteredKey {
  readonly profile: string;
  readonly name: string;
  readonly pin: string;
  readonly passkeys: string;
}

/** As the contract has it. */
export const MOST_PASSKEYS = 1000;

/** Undefined for what is no whole number from 0 to {@link MOST_PASSKEYS}; nothing at all is 0. */
export function passkeyCount(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^\d*$/.test(trimmed)) return undefined;
  const count = Number(trimmed);
  return count <= MOST_PASSKEYS ? count : undefined;
}

/** Undefined while something about it is wrong. */
export function describedKey({ profile, name, pin, passkeys }: EnteredKey): TestersKey | undefined {
  const samplePasskeys = passkeyCount(passkeys);
  if (samplePasskeys === undefined) return undefined;
  return {
    profile,
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(pin !== '' && { pin }),
    samplePasskeys,
  };
}
