/** A touch that makes and uses nothing: the user agrees that the site learns how the ceremony ended (CTAP 2.1 §6.9). */
import type { CallOptions } from '../ctap/api';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { isU2fOnly, type CeremonyAuthenticator } from './ports';

/** The user refused, waited too long or it was cancelled: no touch. */
const untouched: ReadonlySet<number> = new Set([
  Status.OPERATION_DENIED,
  Status.USER_ACTION_TIMEOUT,
  Status.ACTION_TIMEOUT,
  Status.TIMEOUT,
  Status.KEEPALIVE_CANCEL,
]);

/** Resolves when the user has touched the authenticator. Rejects as Ctap2Api does. */
export async function askForTouch({ api, info }: CeremonyAuthenticator, options: CallOptions): Promise<void> {
  const hasSelection = info.versions.some((version) => version === 'FIDO_2_1' || version === 'FIDO_2_3');
  if (hasSelection || isU2fOnly(info)) return api.selection(options);
  // The old way: an empty pinUvAuthParam has no other effect than to ask for a touch (CTAP 2.1 §6.1.2 step 1).
  try {
    await api.makeCredential(
      {
        clientDataHash: new Uint8Array(32),
        rp: { id: 'touch.invalid', name: 'touch.invalid' },
        user: { id: Uint8Array.of(0), name: 'touch', displayName: 'touch' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        pinUvAuthParam: new Uint8Array(),
        pinUvAuthProtocol: info.pinUvAuthProtocols?.[0] ?? 1,
      },
      options,
    );
  } catch (error) {
    // Whatever else it answers, it does so after the touch.
    if (!(error instanceof CtapStatusError) || untouched.has(error.status)) throw error;
  }
}
