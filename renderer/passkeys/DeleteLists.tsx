import { CheckmarkCircle20Regular } from '@fluentui/react-icons/headless/svg/checkmark-circle';
import { ErrorCircle20Regular } from '@fluentui/react-icons/headless/svg/error-circle';
import { LockClosed20Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { QuestionCircle20Regular } from '@fluentui/react-icons/headless/svg/question-circle';
import type { DeleteOutcome, PasskeyView } from '../../preload/contract';
import { DEVICE } from '../device/device-id';
import { KeyName } from '../display/KeyName';
import { SafeText } from '../display/SafeText';
import { safeText } from '../display/safe-text';
import { SiteIcon } from '../display/SiteIcon';
import { words } from '../messages/en';
import type { Places } from '../store/state';
import { testIds } from '../test-ids';
import { AccountName } from './AccountName';
import { countOutcome } from './delete-machine';
import styles from './DeleteLists.module.css';

const w = words.passkeys.delete;

/** A list of thousands says no more than one of this many and a count. */
const SHOWN_AT_MOST = 200;

function Item(props: { readonly passkey: PasskeyView; readonly places: Places }) {
  const { passkey } = props;
  const place = props.places[passkey.keyId];
  return (
    <div className={styles['item']}>
      <SiteIcon rpId={passkey.rpId} />
      <div className={styles['names']}>
        <div className={styles['site']}>
          <SafeText text={passkey.rpId} max={80} blank={words.passkeys.noSite} />
        </div>
        <div className={styles['second']}>
          <AccountName passkey={passkey} />
        </div>
        <div className={styles['second']}>
          <KeyName name={place?.name ?? ''} simulated={place?.simulated ?? false} />
        </div>
      </div>
    </div>
  );
}

export function PasskeysToDelete(props: {
  readonly passkeys: readonly PasskeyView[];
  readonly places: Places;
}) {
  const shown = props.passkeys.slice(0, SHOWN_AT_MOST);
  const scrolls = props.passkeys.length > 3;
  return (
    <div className={styles['list']} role="region" aria-label={w.list} tabIndex={scrolls ? 0 : undefined}>
      <ul>
        {shown.map((passkey) => (
          <li key={passkey.id} data-testid={testIds.deleteItem} data-passkey-id={passkey.id}>
            <Item passkey={passkey} places={props.places} />
          </li>
        ))}
        {props.passkeys.length > shown.length && <li>{w.more(props.passkeys.length - shown.length)}</li>}
      </ul>
    </div>
  );
}

/** Those that cannot be deleted, each with its reason. */
export function KeptPasskeys(props: { readonly passkeys: readonly PasskeyView[]; readonly places: Places }) {
  const shown = props.passkeys.slice(0, SHOWN_AT_MOST);
  return (
    <div
      className={`${styles['list']} ${styles['few']}`}
      role="region"
      aria-label={w.keptTitle(props.passkeys.length)}
      // It scrolls sooner than the others, and reasons may be long.
      tabIndex={0}
    >
      <ul>
        {shown.map((passkey) => (
          <li key={passkey.id} data-testid={testIds.deleteItem} data-passkey-id={passkey.id} data-kept="">
            <Item passkey={passkey} places={props.places} />
            <div className={styles['outcome']}>
              <LockClosed20Regular aria-hidden="true" />
              <bdi>{safeText(passkey.notRemovable ?? '', 400).text}</bdi>
            </div>
          </li>
        ))}
        {props.passkeys.length > shown.length && <li>{w.more(props.passkeys.length - shown.length)}</li>}
      </ul>
    </div>
  );
}

const icons: Readonly<Record<DeleteOutcome['outcome'], typeof CheckmarkCircle20Regular>> = {
  deleted: CheckmarkCircle20Regular,
  kept: ErrorCircle20Regular,
  unknown: QuestionCircle20Regular,
};

/** What happened to each; what went wrong stands first. */
export function DeleteReport(props: {
  readonly passkeys: readonly PasskeyView[];
  readonly outcomes: readonly DeleteOutcome[];
  readonly places: Places;
}) {
  const byId = new Map(props.passkeys.map((passkey) => [passkey.id, passkey]));
  const rank = { kept: 0, unknown: 1, deleted: 2 };
  const sorted = [...props.outcomes].sort((a, b) => rank[a.outcome] - rank[b.outcome]);
  return (
    <div
      className={styles['list']}
      role="region"
      aria-label={w.reportList}
      tabIndex={sorted.length > 2 ? 0 : undefined}
    >
      <ul>
        {sorted.slice(0, SHOWN_AT_MOST).map((outcome) => {
          const passkey = byId.get(outcome.passkeyId);
          const Icon = icons[outcome.outcome];
          return (
            <li
              key={outcome.passkeyId}
              data-testid={testIds.deleteOutcome}
              data-passkey-id={outcome.passkeyId}
              data-outcome={outcome.outcome}
            >
              {passkey !== undefined && <Item passkey={passkey} places={props.places} />}
              <div className={styles['outcome']} data-outcome={outcome.outcome}>
                <Icon aria-hidden="true" />
                <span>
                  {outcome.outcome === 'kept' && passkey?.keyId === DEVICE
                    ? w.outcome.keptDevice
                    : w.outcome[outcome.outcome]}
                  {outcome.problem !== undefined && (
                    <>
                      {outcome.outcome === 'kept' ? '. ' : ' '}
                      <bdi>{safeText(outcome.problem.message, 400).text}</bdi>
                    </>
                  )}
                </span>
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

export function reportTitle(outcomes: readonly DeleteOutcome[]): string {
  const deleted = countOutcome(outcomes, 'deleted');
  const unknown = countOutcome(outcomes, 'unknown');
  if (unknown === outcomes.length) return w.unsureTitle(outcomes.length);
  if (unknown > 0) return w.partlyUnsureTitle(deleted, unknown, outcomes.length);
  return w.reportTitle(deleted, outcomes.length);
}
