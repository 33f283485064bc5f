/** A ceremony as programs ask for it: options and responses are JSON (WebAuthn Level 3 §5.1.8, §5.1.9 and §5.2), in texts. */
import { WebAuthnError, type SiteError } from '../webauthn/errors';
import { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } from '../webauthn/options-json';
import { parseCaller } from '../webauthn/origin';
import type { CallerOptions, CeremonyDesk } from './ceremony-desk';
import type { CeremonyRequest } from './model';

export interface JsonRequest {
  readonly kind: 'create' | 'get';
  readonly origin: string;
  readonly topOrigin?: string;
  /** PublicKeyCredentialCreationOptionsJSON, or PublicKeyCredentialRequestOptionsJSON. */
  readonly options: string;
  readonly only?: 'device' | 'key';
}

/** Either of them. */
export interface JsonOutcome {
  /** RegistrationResponseJSON, or AuthenticationResponseJSON. */
  readonly response?: string;
  readonly error?: SiteError;
}

/** From its beginning to its answer. The caller has no dialog of its own. Never rejects for what the request says. */
export async function jsonCeremony(
  desk: Pick<CeremonyDesk, 'begin'>,
  request: JsonRequest,
  options: CallerOptions,
): Promise<JsonOutcome> {
  let wanted: CeremonyRequest;
  try {
    wanted = ceremonyRequestOf(request);
  } catch (error) {
    if (error instanceof WebAuthnError) return { error: error.forSite() };
    throw error;
  }
  const result = await desk.begin(wanted, options).result;
  switch (result.is) {
    case 'created':
    case 'used':
      return { response: JSON.stringify(result.response) };
    case 'error':
      return { error: result.error };
    case 'fall-through':
      throw new Error('there is no dialog to fall through to');
  }
}

/** Throws {@link WebAuthnError} for what is not well-formed. */
export function ceremonyRequestOf({ kind, origin, topOrigin, options, only }: JsonRequest): CeremonyRequest {
  const json = parsed(options);
  const around = {
    caller: parseCaller({ origin, ...(topOrigin !== undefined && { topOrigin }) }),
    hasOwnDialog: false,
    ...(only && { only }),
  };
  return kind === 'create'
    ? { kind, options: parseCreationOptionsFromJSON(json), ...around }
    : { kind, options: parseRequestOptionsFromJSON(json), ...around };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WebAuthnError('TypeError', 'The options are not JSON.', { cause });
  }
}
