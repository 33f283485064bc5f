import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { PasskeyView } from '../../preload/contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { DEVICE } from '../device/device-id';
import { CopyButton } from '../display/CopyButton';
import { KeyName } from '../display/KeyName';
import { isBlank, safeText } from '../display/safe-text';
import { SafeText } from '../display/SafeText';
import { SiteIcon } from '../display/SiteIcon';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { AccountName } from './AccountName';
import { BytesFact } from './DetailsBytes';
import { siteName } from './names';
import { openDelete, openEdit } from './open-dialogs';
import { usePasskeyDetails } from './use-passkey-details';
import styles from './DetailsDialog.module.css';

const w = words.passkeys.details;

/** Everything that is known about a passkey. */
export function DetailsDialog(props: { readonly passkey: PasskeyView; readonly onClose: () => void }) {
  const { passkey, onClose } = props;
  const { store } = useLatchkey();
  const asked = usePasskeyDetails(passkey);
  const key = useWindowState((state) => state.keys.find((candidate) => candidate.id === passkey.keyId));
  const onDevice = passkey.keyId === DEVICE;
  const deviceIsOpen = useWindowState((state) => state.device?.state === 'open');
  const stillThere = useWindowState((state) =>
    (state.passkeys[passkey.keyId] ?? []).some((candidate) => candidate.id === passkey.id),
  );
  const placeIsThere = onDevice ? deviceIsOpen : key !== undefined;
  const state = !placeIsThere ? 'removed' : stillThere ? 'shown' : 'gone';
  const removed = onDevice ? w.deviceClosed : w.removed;
  const gone = onDevice ? w.deviceGone : w.gone;
  const protection = passkey.credProtect === undefined ? undefined : w.credProtectValue[passkey.credProtect];
  return (
    <TaskDialog
      testId={testIds.details}
      state={state}
      title={w.title}
      say={state === 'removed' ? removed : state === 'gone' ? gone : ''}
      onDismiss={onClose}
      wide
      actions={
        <>
          {state === 'shown' && (
            <Button data-testid={testIds.detailsEdit} onClick={() => openEdit(store, passkey)}>
              {w.editPasskey}
            </Button>
          )}
          {state === 'shown' && passkey.notRemovable === undefined && (
            <Button data-testid={testIds.detailsDelete} onClick={() => openDelete(store, [passkey])}>
              {w.deletePasskey}
            </Button>
          )}
          <Button appearance="primary" data-testid={testIds.detailsClose} onClick={onClose} {...AUTOFOCUS}>
            {words.common.close}
          </Button>
        </>
      }
    >
      {state !== 'shown' && (
        <MessageBar intent="warning" layout="multiline" role="group" className={styles['bar'] ?? ''}>
          <MessageBarBody>{state === 'removed' ? removed : gone}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles['head']}>
        <SiteIcon rpId={passkey.rpId} large />
        <div className={styles['headNames']}>
          <div className={styles['headSite']}>
            <bdi>{siteName(passkey)}</bdi>
          </div>
          <div className={styles['headUser']}>
            <AccountName passkey={passkey} />
          </div>
        </div>
      </div>
      {passkey.oddities.length > 0 && (
        <section className={styles['odd']}>
          <h3>{w.sections.oddities}</h3>
          <ul>
            {passkey.oddities.map((oddity) => (
              <li key={oddity}>
                <bdi>{safeText(oddity, 400).text}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{w.sections.account}</h3>
        <dl className={styles['facts']}>
          <TextFact field="ownName" label={w.ownName} text={passkey.ownName} />
          <TextFact field="rpId" label={w.site} text={passkey.rpId} copies />
          <TextFact field="rpName" label={w.siteName} text={passkey.rpName} />
          <TextFact field="userName" label={w.userName} text={passkey.userName} copies />
          <TextFact field="userDisplayName" label={w.displayName} text={passkey.userDisplayName} />
        </dl>
      </section>
      <section>
        <h3>{w.sections.place}</h3>
        <dl className={styles['facts']}>
          <div>
            <dt>{w.key}</dt>
            <dd data-testid={testIds.detailsField} data-field="key">
              {onDevice ? (
                words.device.name
              ) : key === undefined ? (
                w.notPluggedIn
              ) : (
                <KeyName name={key.name} simulated={key.simulated} />
              )}
            </dd>
          </div>
          <PlainFact field="backup" label={w.backup} text={backupText(passkey)} />
          {passkey.notRemovable !== undefined && (
            <PlainFact field="notRemovable" label={w.removable} text={passkey.notRemovable} />
          )}
          {passkey.created !== undefined && (
            <PlainFact field="created" label={w.created} text={words.common.dateAndTime(passkey.created)} />
          )}
          {(onDevice || passkey.lastUsed !== undefined) && (
            <PlainFact
              field="lastUsed"
              label={w.lastUsed}
              text={passkey.lastUsed === undefined ? w.neverUsed : words.common.dateAndTime(passkey.lastUsed)}
            />
          )}
          {/* This device always verifies, whatever the site asked for. */}
          {!onDevice && (
            <PlainFact field="credProtect" label={w.credProtect} text={protection ?? w.unknown} />
          )}
        </dl>
      </section>
      <section
        data-testid={testIds.detailsTechnical}
        data-state={asked.state}
        aria-busy={asked.state === 'asking'}
      >
        <h3>{w.sections.technical}</h3>
        <div role="status">
          {asked.state === 'failed' && (
            <MessageBar intent="error" layout="multiline" role="group" className={styles['bar'] ?? ''}>
              <MessageBarBody>{asked.message}</MessageBarBody>
            </MessageBar>
          )}
        </div>
        <dl className={styles['facts']}>
          <BytesFact field="credentialId" passkey={passkey} asked={asked} />
          <BytesFact field="userHandle" passkey={passkey} asked={asked} />
          <BytesFact field="rpIdHash" passkey={passkey} asked={asked} />
          <PlainFact field="algorithm" label={w.algorithm} text={passkey.algorithm ?? w.unknown} />
          <BytesFact field="publicKey" passkey={passkey} asked={asked} />
          <PlainFact
            field="hasLargeBlobKey"
            label={w.largeBlob}
            text={passkey.hasLargeBlobKey ? w.yes : w.no}
          />
          {!onDevice && (
            <PlainFact
              field="thirdPartyPayment"
              label={w.payment}
              text={
                passkey.thirdPartyPayment === undefined ? w.unknown : passkey.thirdPartyPayment ? w.yes : w.no
              }
            />
          )}
        </dl>
      </section>
    </TaskDialog>
  );
}

function backupText({ backup, keyId }: PasskeyView): string {
  return backup === 'device-bound'
    ? w.backupValue[backup][keyId === DEVICE ? 'device' : 'key']
    : w.backupValue[backup];
}

function PlainFact(props: { readonly field: string; readonly label: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd data-testid={testIds.detailsField} data-field={props.field}>
        <bdi>{safeText(props.text, 400).text}</bdi>
      </dd>
    </div>
  );
}

/** Text from a key, in full: scrolls when it is long, and says when something in it does not show. */
function TextFact(props: {
  readonly field: string;
  readonly label: string;
  readonly text: string | undefined;
  readonly copies?: boolean;
}) {
  const { text, label, field } = props;
  if (isBlank(text))
    return <PlainFact field={field} label={label} text={text === undefined ? w.none : w.empty} />;
  const safe = safeText(text ?? '', Infinity);
  const long = safe.text.length > 200;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <div className={styles['value']}>
          <div
            className={styles['text']}
            data-testid={testIds.detailsField}
            data-field={field}
            {...(long ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}
          >
            <SafeText text={text} max={Infinity} />
          </div>
          {props.copies === true && (
            <CopyButton
              text={safe.text.slice(0, 100_000)}
              what={label}
              testId={testIds.detailsCopy}
              field={field}
            />
          )}
        </div>
        {safe.altered && <div className={styles['hint']}>{words.common.hiddenCharacters}</div>}
      </dd>
    </div>
  );
}
