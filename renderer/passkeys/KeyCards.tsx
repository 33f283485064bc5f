import { DeviceCard } from '../device/DeviceCard';
import { useWindowState } from '../store/context';
import { KeyCard } from './KeyCard';
import { keyCard } from './page-state';
import styles from './KeyCard.module.css';

/** One card for this device, and one for each key that wants something before (or while) its passkeys are in the list. */
export function KeyCards() {
  const keys = useWindowState((state) => state.keys);
  const cards = keys.flatMap((key) => {
    const kind = keyCard(key);
    return kind === null ? [] : [{ key, kind }];
  });
  return (
    <div className={styles['cards']}>
      <DeviceCard />
      {cards.map(({ key, kind }) => (
        <KeyCard key={key.id} view={key} kind={kind} />
      ))}
    </div>
  );
}
