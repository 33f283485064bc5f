/** Real messages for the targets to change. */
import { configure, type ProfileName } from '../../../main/authenticator/configuration';
import { newKeyState } from '../../../main/authenticator/key-state';
import { ScriptedPresence } from '../../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../../main/authenticator/simulated-key';
import { ManualClock } from '../../support/manual-clock';
import { SeededRandom } from '../../support/seeded-random';
import { fromHex } from '../../ctap/hex';
import fido2 from '../../vectors/python-fido2-test-ctap2.json';

/** CBOR of python-fido2's tests: getInfo, makeCredential, getAssertion; and small maps. */
export const exampleMessages: readonly Uint8Array[] = [
  fido2.getInfo,
  fido2.makeCredential,
  fido2.getAssertion,
  'a201020304',
  'a1616101',
].map(fromHex);

/** What a new key of this profile answers to getInfo, without the status byte. */
export async function infoOf(profile: string): Promise<Uint8Array> {
  const random = new SeededRandom();
  const state = newKeyState(configure(profile as ProfileName), random);
  const key = await SimulatedKey.open({
    clock: new ManualClock(),
    random,
    presence: new ScriptedPresence(),
    state,
  });
  return (await key.handle(Uint8Array.of(4))).slice(1);
}
