/** The request as people see it. Text from sites goes through safeText here. */
import { safeText } from '../inventory/safe-text';
import type { UserEntity } from '../ctap/entities';
import type { Caller } from '../webauthn/origin';
import type { AccountNames, SiteView } from './dialog-view';
import type { CeremonyRequest } from './model';

export function siteView({ origin, crossOrigin, topOrigin }: Caller, rpId: string): SiteView {
  return {
    origin: origin.displayed,
    ascii: origin.serialized,
    rpId,
    ...(crossOrigin && { embeddedIn: topOrigin?.displayed ?? '' }),
  };
}

export function namesOf({
  name = '',
  displayName = '',
}: Pick<UserEntity, 'name' | 'displayName'>): AccountNames {
  return { name: safeText(name).text, displayName: safeText(displayName).text };
}

/** Whose passkey it will be. */
export function accountOf(request: CeremonyRequest): AccountNames | undefined {
  return request.kind === 'create' ? namesOf(request.options.user) : undefined;
}
