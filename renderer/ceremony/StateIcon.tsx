import type { ReactNode } from 'react';
import { CheckmarkCircle24Filled } from '@fluentui/react-icons/headless/svg/checkmark-circle';
import { Fingerprint24Regular } from '@fluentui/react-icons/headless/svg/fingerprint';
import { TapSingle24Regular } from '@fluentui/react-icons/headless/svg/tap-single';
import { UsbPlug24Regular } from '@fluentui/react-icons/headless/svg/usb-plug';
import { Warning24Regular } from '@fluentui/react-icons/headless/svg/warning';
import type { CeremonyState } from '../../preload/ceremony-contract';
import styles from './Ceremony.module.css';

/** What the title says, for those who see it from afar. Nothing where something else is to be seen. */
export function StateIcon({ name }: { readonly name: CeremonyState['name'] }) {
  const icon = iconOf(name);
  return (
    icon !== null && (
      <span className={styles['stateIcon']} data-state={name} aria-hidden="true">
        {icon}
      </span>
    )
  );
}

function iconOf(name: CeremonyState['name']): ReactNode {
  switch (name) {
    case 'saved':
      return <CheckmarkCircle24Filled />;
    case 'trouble':
      return <Warning24Regular />;
    case 'insert-key':
      return <UsbPlug24Regular />;
    case 'touch-key':
      return <TapSingle24Regular />;
    case 'key-finger':
    case 'device-biometrics':
      return <Fingerprint24Regular />;
    default:
      return null;
  }
}
