import { useId, useState } from 'react';
import { ChevronDown20Regular } from '@fluentui/react-icons/headless/svg/chevron-down';
import { UsbStick20Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import type { KeyView } from '../../preload/contract';
import { PermissionHelp } from '../advanced-options/PermissionHelp';
import { KeyName } from '../display/KeyName';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { KeyActions } from './KeyActions';
import { KeyFacts } from './KeyFacts';
import { pinWords, slotWords, stateWords } from './key-words';
import styles from './KeyPanel.module.css';

const w = words.keys;

/** One key: a line that opens to everything about it. */
export function KeyPanel({ view, startsOpen }: { readonly view: KeyView; readonly startsOpen: boolean }) {
  const [open, setOpen] = useState(startsOpen);
  const panel = useId();
  const summary = [view.firmware === undefined ? '' : w.firmware(view.firmware), stateWords(view)];
  return (
    <div className={styles['key']} data-testid={testIds.key} data-key-id={view.id}>
      <h2 className={styles['heading']}>
        <button
          type="button"
          className={styles['header']}
          aria-expanded={open}
          aria-controls={panel}
          data-testid={testIds.keyHeader}
          onClick={() => setOpen(!open)}
        >
          <UsbStick20Regular className={styles['icon'] ?? ''} />
          <span className={styles['names']}>
            <KeyName name={view.name} simulated={view.simulated} className={styles['name'] ?? ''} />
            <span className={styles['summary']} data-testid={testIds.keyState}>
              <bdi>{safeText(summary.filter((part) => part !== '').join(' · '), 120).text}</bdi>
            </span>
          </span>
          <ChevronDown20Regular className={styles['chevron'] ?? ''} />
        </button>
      </h2>
      <div id={panel} hidden={!open} className={styles['panel']}>
        {open && <KeyPanelBody view={view} />}
      </div>
    </div>
  );
}

function KeyPanelBody({ view }: { readonly view: KeyView }) {
  return (
    <>
      {view.problem !== undefined && (
        <div className={styles['problem']}>
          <p>
            <bdi>{safeText(view.problem.message, 400).text}</bdi>
          </p>
          {view.problem.code === 'access-denied' && <PermissionHelp />}
        </div>
      )}
      {view.state === 'ready' && (
        <dl className={styles['status']}>
          <div>
            <dt>{w.pin.label}</dt>
            <dd data-testid={testIds.keyPin}>{pinWords(view)}</dd>
          </div>
          <div>
            <dt>{w.slots.label}</dt>
            <dd data-testid={testIds.keySlots}>{slotWords(view)}</dd>
          </div>
          {view.cannotList !== undefined && (
            <div>
              <dt>{w.passkeys}</dt>
              <dd>{words.passkeys.card.cannot[view.cannotList]}</dd>
            </div>
          )}
        </dl>
      )}
      <KeyActions view={view} />
      <KeyFacts view={view} />
    </>
  );
}
