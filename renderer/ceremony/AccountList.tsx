import { Person24Regular } from '@fluentui/react-icons/headless/svg/person';
import type { CeremonyAct, CeremonyState, CeremonyView, Place } from '../../preload/ceremony-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { ceremony } from '../messages/en/ceremony';
import { common } from '../messages/en/common';
import { testIds } from '../test-ids';
import { Names } from './Account';
import { Choice } from './Choice';
import { PlaceList } from './PlaceList';
import styles from './Ceremony.module.css';

const w = ceremony.account;
type ChooseAccount = Extract<CeremonyState, { readonly name: 'choose-account' }>;

/** The passkeys that could sign in, and beneath them where others may be. */
export function AccountList(props: {
  readonly view: CeremonyView;
  readonly state: ChooseAccount;
  readonly onAct: (act: CeremonyAct) => void;
}) {
  const { view, state, onAct } = props;
  const isChoice = view.acts.includes('choose-account');
  const elsewhere = state.places.filter((place) => !isListed(place, state));
  return (
    <>
      <ul className={styles['list']} aria-label={w.list}>
        {state.accounts.map((account, index) => (
          <li key={account.id}>
            <Choice
              icon={<Person24Regular />}
              testId={testIds.ceremonyAccount}
              id={account.id}
              act="choose-account"
              {...(isChoice ? { onChoose: () => onAct({ act: 'choose-account', account: account.id }) } : {})}
              {...(index === 0 ? AUTOFOCUS : {})}
            >
              {account.name === undefined && account.displayName === undefined ? (
                // It tells who it is for only after its PIN.
                <span className={styles['name']}>{w.unknown}</span>
              ) : (
                <Names names={account} />
              )}
              <span className={styles['note']}>
                <bdi>{ceremony.name.place(account.place)}</bdi>
                {account.lastUsed !== undefined && ` · ${w.lastUsed(common.date(account.lastUsed))}`}
              </span>
            </Choice>
          </li>
        ))}
      </ul>
      {elsewhere.length > 0 && (
        <>
          <h2 className={styles['heading']}>{w.elsewhere}</h2>
          <PlaceList view={view} places={elsewhere} onAct={onAct} autofocus={false} />
        </>
      )}
    </>
  );
}

/** All that it has is among the accounts. */
function isListed(place: Place, { accounts }: ChooseAccount): boolean {
  return accounts.some((account) =>
    account.place.is === 'device' ? place.is === 'device' : account.place.id === place.id,
  );
}
