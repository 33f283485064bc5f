import { memo } from 'react';
import { LockClosed12Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { MoreHorizontal20Regular } from '@fluentui/react-icons/headless/svg/more-horizontal';
import type { PasskeyView } from '../../preload/contract';
import { FOCUS_FALLBACK } from '../app/focus';
import { KeyName } from '../display/KeyName';
import { SafeText } from '../display/SafeText';
import { SiteIcon } from '../display/SiteIcon';
import { isBlank, safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { accountName, backupName, siteName } from './names';
import styles from './PasskeyRow.module.css';

const ignore = (): void => undefined;

/** One row. Plain elements only: hundreds of these come and go while somebody scrolls or types. */
export const PasskeyRow = memo(function PasskeyRow(props: {
  readonly passkey: PasskeyView;
  readonly index: number;
  /** Distance from the top of the list, in CSS pixels. */
  readonly top: number;
  readonly selected: boolean;
  /** The row that Tab reaches. */
  readonly active: boolean;
  readonly placeName: string;
  readonly simulated: boolean;
}) {
  const { passkey, index } = props;
  const site = siteName(passkey);
  const user = accountName(passkey);
  const secondName =
    isBlank(passkey.userName) ||
    isBlank(passkey.userDisplayName) ||
    passkey.userName === passkey.userDisplayName
      ? undefined
      : passkey.userDisplayName;
  const backup = backupName(passkey);
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={props.selected}
      tabIndex={props.active ? 0 : -1}
      data-index={index}
      data-testid={testIds.row}
      data-passkey-id={passkey.id}
      className={styles['row']}
      style={{ transform: `translateY(${props.top}px)` }}
      {...(props.active ? { [FOCUS_FALLBACK]: '1' } : {})}
    >
      <div role="gridcell" className={styles['check']}>
        <input
          type="checkbox"
          tabIndex={-1}
          checked={props.selected}
          onChange={ignore}
          data-row-checkbox=""
          data-testid={testIds.rowCheckbox}
          aria-label={words.passkeys.selectRow(site, user)}
        />
      </div>
      <div role="gridcell" className={styles['account']}>
        <SiteIcon rpId={passkey.rpId} />
        <div className={styles['names']}>
          <div className={styles['site']} data-testid={testIds.rowSite}>
            <SafeText text={passkey.rpId} blank={words.passkeys.noSite} />
          </div>
          <div className={styles['user']} data-testid={testIds.rowUser}>
            {!isBlank(passkey.ownName) && (
              <>
                <span className={styles['own']} data-testid={testIds.rowOwnName}>
                  <SafeText text={passkey.ownName} />
                </span>
                {' · '}
              </>
            )}
            <SafeText
              text={isBlank(passkey.userName) ? passkey.userDisplayName : passkey.userName}
              blank={words.passkeys.noUserName}
            />
            {secondName !== undefined && (
              <>
                {' · '}
                <SafeText text={secondName} />
              </>
            )}
          </div>
        </div>
      </div>
      <div role="gridcell" className={styles['place']} data-testid={testIds.rowPlace}>
        <KeyName name={props.placeName} simulated={props.simulated} />
        {(backup !== undefined || passkey.notRemovable !== undefined) && (
          <div className={styles['about']}>
            {backup !== undefined && <span data-testid={testIds.rowBackup}>{backup}</span>}
            {passkey.notRemovable !== undefined && (
              <span
                className={styles['kept']}
                title={safeText(passkey.notRemovable, 200).text}
                data-testid={testIds.rowKept}
              >
                <LockClosed12Regular aria-hidden="true" />
                {words.passkeys.notRemovable}
              </span>
            )}
          </div>
        )}
      </div>
      <div role="gridcell" className={styles['more']}>
        <button
          type="button"
          tabIndex={-1}
          data-row-menu=""
          data-testid={testIds.rowMenu}
          aria-haspopup="menu"
          aria-label={words.passkeys.moreFor(site, user)}
        >
          <MoreHorizontal20Regular />
        </button>
      </div>
    </div>
  );
});
