import { UsbStick24Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import { EmptyState } from '../app/EmptyState';
import { PageTitle } from '../app/PageTitle';
import { words } from '../messages/en';
import { useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { KeyPanel } from './KeyPanel';
import styles from './SecurityKeysPage.module.css';

export function SecurityKeysPage() {
  const keys = useWindowState((state) => state.keys);
  return (
    <section data-testid={testIds.securityKeysPage} className={styles['page']}>
      <PageTitle title={words.common.pages['security-keys']} underAccounts />
      <p className={styles['explanation']}>{words.keys.explanation}</p>
      {keys.length === 0 ? (
        <EmptyState
          testId={testIds.keysEmpty}
          title={words.keys.noneTitle}
          text={words.keys.noneText}
          icon={<UsbStick24Regular fontSize={32} />}
        />
      ) : (
        <ul className={styles['list']} aria-label={words.keys.list}>
          {keys.map((key) => (
            <li key={key.id}>
              <KeyPanel view={key} startsOpen={keys.length === 1} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
