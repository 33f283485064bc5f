import { useId, type ReactNode } from 'react';
import { MessageBar, MessageBarBody, Switch } from '@fluentui/react-components';
import type { Result } from '../../preload/contract';
import type { DeviceOptions as Options, DeviceView, SealingView } from '../../preload/device-contract';
import { Button } from '../controls/Button';
import { Select } from '../controls/Select';
import { mayStartAnew } from '../device/device-card';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import type { DeviceTask, DialogRequest } from '../store/state';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { autoLockChoices } from './auto-lock-choices';
import styles from './DeviceOptions.module.css';

const w = words.device.options;

/** Everything about the passkeys of this device that somebody changes rarely. */
export function DeviceOptions() {
  const device = useWindowState((state) => state.device);
  if (device === null) return null;
  return (
    <div data-testid={testIds.deviceOptions} data-state={device.state}>
      {device.settingsNotice !== undefined && (
        <MessageBar
          intent="warning"
          layout="multiline"
          className={styles['notice'] ?? ''}
          role="group"
          data-testid={testIds.deviceSettingsNotice}
        >
          <MessageBarBody>
            <bdi>{safeText(device.settingsNotice, 400).text}</bdi>
          </MessageBarBody>
        </MessageBar>
      )}
      <Enabled device={device} />
      {device.state === 'open' ? <WhileOpen device={device} /> : <WhileClosed device={device} />}
      <Where device={device} />
      {device.state === 'open' && <Setting title={w.unlisted} text={w.unlistedText} />}
      {(device.state === 'open' || device.canRestorePrevious) && <Previous />}
      {mayStartAnew(device) && <StartAnew />}
    </div>
  );
}

/** One setting: what it is on the left, what changes it on the right. */
function Setting(props: {
  readonly title: string;
  readonly text?: string;
  readonly textTestId?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles['setting']}>
      <div className={styles['words']}>
        <h3>{props.title}</h3>
        {props.text !== undefined && (
          <p data-testid={props.textTestId}>
            <bdi>{props.text}</bdi>
          </p>
        )}
      </div>
      {props.children !== undefined && <div className={styles['control']}>{props.children}</div>}
    </div>
  );
}

function useRun(): (call: Promise<Result>, done?: string) => Promise<void> {
  const { store } = useLatchkey();
  return async (call, done) => {
    const result = await call;
    if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
    else if (done !== undefined) notify(store, { intent: 'success', text: done });
  };
}

function useOpenDialog(): (dialog: DialogRequest) => void {
  const { store } = useLatchkey();
  return (dialog) => store.setState({ dialog, notice: null });
}

function Enabled({ device }: { readonly device: DeviceView }) {
  const { api } = useLatchkey();
  const run = useRun();
  const title = useId();
  const text = useId();
  return (
    <div className={styles['setting']}>
      <div className={styles['words']}>
        <h3 id={title}>{w.enabled}</h3>
        <p id={text}>{w.enabledText}</p>
      </div>
      <div className={styles['control']}>
        <Switch
          checked={device.enabled}
          label={device.enabled ? w.on : w.off}
          labelPosition="before"
          aria-labelledby={title}
          aria-describedby={text}
          data-testid={testIds.deviceEnabled}
          onChange={(_event, data) => void run(callFor(api, 'setDeviceOptions', { enabled: data.checked }))}
        />
      </div>
    </div>
  );
}

function WhileClosed({ device }: { readonly device: DeviceView }) {
  const { store } = useLatchkey();
  const openDialog = useOpenDialog();
  if (device.state === 'absent')
    return (
      <Setting title={w.notSetUpTitle} text={w.notSetUp}>
        <Button data-testid={testIds.deviceSetUp} onClick={() => openDialog({ kind: 'device-set-up' })}>
          {w.setUp}
        </Button>
      </Setting>
    );
  return (
    <Setting title={w.notOpenTitle} text={w.notOpen}>
      <Button data-testid={testIds.devicePasskeys} onClick={() => store.setState({ page: 'passkeys' })}>
        {w.goToPasskeys}
      </Button>
    </Setting>
  );
}

function WhileOpen({ device }: { readonly device: DeviceView }) {
  const { store, api } = useLatchkey();
  const run = useRun();
  const openDialog = useOpenDialog();
  const deleted = useWindowState((state) => state.deleted.length);
  const sealing: SealingView = device.sealing ?? 'keychain';
  const locked = device.pin?.locked === true;
  const task = (next: DeviceTask): void => openDialog({ kind: 'device-task', task: next });
  return (
    <>
      <Setting title={w.lock} text={lockText(device)} textTestId={testIds.deviceLockText}>
        <Button
          disabledFocusable={!device.unlocked}
          data-testid={testIds.deviceLock}
          onClick={() => void run(callFor(api, 'lockDevice'), w.lockDone)}
        >
          {w.lock}
        </Button>
      </Setting>
      <AutoLock device={device} />
      <Setting title={w.pin} text={locked ? w.pinLockedText : w.pinText}>
        {locked ? (
          <Button data-testid={testIds.deviceRecover} onClick={() => task('recover')}>
            {w.useRecoveryKey}
          </Button>
        ) : (
          <Button data-testid={testIds.deviceChangePin} onClick={() => task('change-pin')}>
            {w.changePin}
          </Button>
        )}
      </Setting>
      {!locked && (
        <Setting title={w.recoveryKey} text={w.recoveryKeyText}>
          <Button data-testid={testIds.deviceNewRecoveryKey} onClick={() => task('new-recovery-key')}>
            {w.newRecoveryKey}
          </Button>
        </Setting>
      )}
      <Setting title={w.sealing} text={w.sealingText[sealing]} textTestId={testIds.deviceSealing}>
        <Button data-testid={testIds.deviceSwitchSealing} onClick={() => task('switch-sealing')}>
          {w.switchSealing[sealing]}
        </Button>
      </Setting>
      <Setting title={w.deleted} text={w.deletedText(deleted)}>
        <Button
          data-testid={testIds.deviceDeleted}
          onClick={() => store.setState({ page: 'recently-deleted' })}
        >
          {w.showDeleted}
        </Button>
      </Setting>
    </>
  );
}

function AutoLock({ device }: { readonly device: DeviceView }) {
  const { api } = useLatchkey();
  const run = useRun();
  const set = (options: Options): void => void run(callFor(api, 'setDeviceOptions', options));
  return (
    <Setting title={w.autoLock} text={w.autoLockText}>
      <Select
        value={String(device.autoLockMinutes)}
        aria-label={w.autoLock}
        data-testid={testIds.deviceAutoLock}
        onChange={(value) => set({ autoLockMinutes: Number(value) })}
      >
        {autoLockChoices(device.autoLockMinutes).map((minutes) => (
          <option key={minutes} value={minutes}>
            {w.minutes(minutes)}
          </option>
        ))}
      </Select>
    </Setting>
  );
}

function Where({ device }: { readonly device: DeviceView }) {
  const { api } = useLatchkey();
  const run = useRun();
  return (
    <Setting title={w.file} text={safeText(device.path, 300).text} textTestId={testIds.devicePath}>
      <Button
        data-testid={testIds.deviceShowFolder}
        onClick={() => void run(callFor(api, 'showDeviceFolder'))}
      >
        {w.showFolder}
      </Button>
    </Setting>
  );
}

function Previous() {
  const openDialog = useOpenDialog();
  return (
    <Setting title={w.previous} text={w.previousText}>
      <Button
        data-testid={testIds.deviceRestorePrevious}
        onClick={() => openDialog({ kind: 'restore-previous' })}
      >
        {w.restorePrevious}
      </Button>
    </Setting>
  );
}

function StartAnew() {
  const openDialog = useOpenDialog();
  return (
    <Setting title={w.anew} text={w.anewText}>
      <Button data-testid={testIds.deviceStartAnew} onClick={() => openDialog({ kind: 'start-anew' })}>
        {w.startAnew}
      </Button>
    </Setting>
  );
}

function lockText({ unlocked, biometrics }: DeviceView): string {
  if (!unlocked) return w.lockedText;
  return biometrics?.ready === true ? w.unlockedBiometricsText(biometrics.name) : w.unlockedText;
}
