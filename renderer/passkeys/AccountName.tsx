import type { PasskeyView } from '../../preload/contract';
import { isBlank } from '../display/safe-text';
import { SafeText } from '../display/SafeText';
import { words } from '../messages/en';
import { givenName, SENTENCE_LENGTH } from './names';

/** As {@link accountName}, where it stands alone: each name keeps its own direction, and an address that of addresses. */
export function AccountName({ passkey }: { readonly passkey: PasskeyView }) {
  return (
    <>
      {!isBlank(passkey.ownName) && (
        <>
          <SafeText text={passkey.ownName} max={SENTENCE_LENGTH} />
          {words.passkeys.betweenNames}
        </>
      )}
      <SafeText text={givenName(passkey)} max={SENTENCE_LENGTH} blank={words.passkeys.noUserName} />
    </>
  );
}
