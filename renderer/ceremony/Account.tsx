import type { AccountNames } from '../../preload/ceremony-contract';
import { isBlank } from '../display/safe-text';
import { SafeText } from '../display/SafeText';
import { ceremony } from '../messages/en/ceremony';
import { testIds } from '../test-ids';
import styles from './Ceremony.module.css';

const w = ceremony.account;

/** Whose passkey it is or will be. */
export function Account({ names }: { readonly names: AccountNames }) {
  return (
    <p className={styles['account']} data-testid={testIds.ceremonyAccount}>
      <span className={styles['second']}>{w.label}</span> <Names names={names} />
    </p>
  );
}

/** The name that a site signs people in by, and the one for people where that says more. */
export function Names({ names }: { readonly names: Partial<AccountNames> }) {
  const { name, displayName } = names;
  const shown = [name, displayName].filter((text) => !isBlank(text));
  const [first = w.none, second] = [...new Set(shown)];
  return (
    <>
      <SafeText text={first} className={styles['name'] ?? ''} />
      {second !== undefined && (
        <>
          {' '}
          <SafeText text={second} className={styles['second'] ?? ''} />
        </>
      )}
    </>
  );
}
