/** A ceremony as programs ask for it: options and responses are JSON (WebAuthn Level 3 §5.1.8, §5.1.9 and §5.2), in texts. */
import { WebAuthnError, type SiteError } from '../webauthn/errors';
import { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } from '../webauthn/options-json';
import { parseCaller } from '../webauthn/origin';
import type { CallerOptions, CeremonyDesk } from './ceremony-desk';
import type { CeremonyRequest, CeremonyResult } from './model';

export interface JsonRequest {
  readonly kind: 'create' | 'get';
  readonly origin: string;
  readonly topOrigin?: string;
  /** PublicKeyCredentialCreationOptionsJSON, or PublicKeyCredentialRequestOptionsJSON. */
  readonly options: string;
  readonly only?: 'device' | 'key';
}

/** Of a caller with a dialog of its own, as browsers have one. */
export interface OwnDialogRequest extends JsonRequest {
  readonly hasOwnDialog: true;
}

/** Either of them. */
export interface JsonOutcome {
  /** RegistrationResponseJSON, or AuthenticationResponseJSON. */
  readonly response?: string;
  readonly error?: SiteError;
}

/** One of them. */
export interface OwnDialogOutcome extends JsonOutcome {
  /** The caller shows its own dialog. */
  readonly fallThrough?: true;
}

/** From its beginning to its answer. Never rejects for what the request says. */
export function jsonCeremony(
  desk: Pick<CeremonyDesk, 'begin'>,
  request: OwnDialogRequest,
  options: CallerOptions,
): Promise<OwnDialogOutcome>;
export function jsonCeremony(
  desk: Pick<CeremonyDesk, 'begin'>,
  request: JsonRequest,
  options: CallerOptions,
): Promise<JsonOutcome>;
export async function jsonCeremony(
  desk: Pick<CeremonyDesk, 'begin'>,
  request: JsonRequest | OwnDialogRequest,
  options: CallerOptions,
): Promise<OwnDialogOutcome> {
  let wanted: CeremonyRequest;
  try {
    wanted = ceremonyRequestOf(request);
  } catch (error) {
    if (error instanceof WebAuthnError) return { error: error.forSite() };
    throw error;
  }
  return outcomeOf(await desk.begin(wanted, options).result);
}

/** As text. */
export function outcomeOf(result: CeremonyResult): OwnDialogOutcome {
  switch (result.is) {
    case 'created':
    case 'used':
      return { response: JSON.stringify(result.response) };
    case 'error':
      return { error: result.error };
    case 'fall-through':
      return { fallThrough: true };
  }
}

/** Throws {@link WebAuthnError} for what is not well-formed. */
export function ceremonyRequestOf(request: JsonRequest | OwnDialogRequest): CeremonyRequest {
  const { kind, origin, topOrigin, options, only } = request;
  const json = parsed(options);
  const around = {
    caller: parseCaller({ origin, ...(topOrigin !== undefined && { topOrigin }) }),
    hasOwnDialog: 'hasOwnDialog' in request,
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
