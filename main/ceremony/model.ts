/**
 * What a ceremony is asked for, and how it ends. What it shows meanwhile is in dialog-view.ts.
 *
 *     const ceremony = desk.begin(request, { caller, signal });
 *     ceremony.onChange(() => draw(ceremony.view)); // until view.state.name is 'closed'
 *     ceremony.act({ act: 'choose-place', place: 'device' });
 *     const result = await ceremony.result; // never rejects
 */
import type { SiteError } from '../webauthn/errors';
import type {
  PublicKeyCredentialCreationOptions,
  PublicKeyCredentialRequestOptions,
} from '../webauthn/model';
import type { Caller } from '../webauthn/origin';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/response-json';

/** What a caller wants. */
export type CeremonyRequest = {
  readonly caller: Caller;
  /** There is another dialog to fall back to: the browser's own. Without one, nothing ever falls through. */
  readonly hasOwnDialog: boolean;
  /** The person has said before where: the other place is not offered. */
  readonly only?: 'device' | 'key';
} & (
  | { readonly kind: 'create'; readonly options: PublicKeyCredentialCreationOptions }
  | {
      readonly kind: 'get';
      readonly options: PublicKeyCredentialRequestOptions;
      /**
       * The person has chosen this passkey of this device already, beside a field of the page (autofill.ts). The site waits as long as it
       * takes: conditional mediation has no timer (WebAuthn Level 3 §5.1.4 step 3).
       */
      readonly account?: string;
    }
);

/** How it ended for the caller. It comes exactly once, in `saved` and `timed-out` before the dialog is closed. */
export type CeremonyResult =
  | { readonly is: 'created'; readonly response: RegistrationResponseJSON }
  | { readonly is: 'used'; readonly response: AuthenticationResponseJSON }
  | { readonly is: 'error'; readonly error: SiteError }
  /** The caller shows its own dialog; nothing was done, and nothing told. */
  | { readonly is: 'fall-through' };
