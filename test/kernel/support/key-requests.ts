/** For kernel tests: what a simulated key is asked, as other people's programs ask it. */
import { decodeCbor, type CborMap } from '../../../main/ctap/cbor.js';
import { ClientPinSubcommand } from '../../../main/ctap/commands/client-pin.js';
import type { KeyOnUhid } from './key-on-uhid.js';

const CLIENT_PIN = 0x06;
const TOKENS: readonly number[] = [
  ClientPinSubcommand.GET_PIN_TOKEN,
  ClientPinSubcommand.GET_TOKEN_USING_PIN,
];

export interface KeyRequests {
  counts(): { readonly tokens: number; readonly triesAsked: number };
}

/** Counts the requests about the PIN from now on. */
export function requestsOf({ simulated }: KeyOnUhid): KeyRequests {
  let tokens = 0;
  let triesAsked = 0;
  const handle = simulated.handle.bind(simulated);
  simulated.handle = (request, options) => {
    if (request[0] === CLIENT_PIN) {
      const subcommand = (decodeCbor(request.subarray(1)) as CborMap).get(2) as number;
      if (TOKENS.includes(subcommand)) tokens++;
      if (subcommand === ClientPinSubcommand.GET_PIN_RETRIES) triesAsked++;
    }
    return handle(request, options);
  };
  return { counts: () => ({ tokens, triesAsked }) };
}
