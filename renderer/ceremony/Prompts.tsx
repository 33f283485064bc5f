import { UsbStick24Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import type { KeyName } from '../../preload/ceremony-contract';
import { Spinner } from '../controls/Spinner';
import { ceremony } from '../messages/en/ceremony';
import { testIds } from '../test-ids';
import styles from './Ceremony.module.css';

/** Something is awaited, and the words above say what. */
export function Waiting() {
  return <Spinner size="small" />;
}

/** The keys that are blinking. */
export function TouchPrompt({ keys }: { readonly keys: readonly KeyName[] }) {
  return (
    <>
      {keys.length > 1 && <KeyList keys={keys} label={ceremony.text.keyList} />}
      <Waiting />
    </>
  );
}

export function AskedKeys({ keys }: { readonly keys: readonly KeyName[] }) {
  return keys.length > 0 && <KeyList keys={keys} label={ceremony.trouble.asked} />;
}

function KeyList({ keys, label }: { readonly keys: readonly KeyName[]; readonly label: string }) {
  return (
    <ul className={styles['keys']} aria-label={label}>
      {keys.map(({ id, name }) => (
        <li key={id} className={styles['key']} data-testid={testIds.ceremonyKey} data-id={id}>
          <UsbStick24Regular aria-hidden="true" />
          <bdi>{ceremony.name.key({ name })}</bdi>
        </li>
      ))}
    </ul>
  );
}
