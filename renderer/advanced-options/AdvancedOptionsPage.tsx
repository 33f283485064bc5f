import type { ReactNode } from 'react';
import { PageTitle } from '../app/PageTitle';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { DeviceOptions } from './DeviceOptions';
import { ForTesters } from './ForTesters';
import { PermissionHelp } from './PermissionHelp';
import styles from './AdvancedOptionsPage.module.css';

const w = words.advanced;

function Card(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles['card']}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

export function AdvancedOptionsPage() {
  const app = useWindowState((state) => state.app);
  const { testers } = useLatchkey();
  if (app === null) return null;
  return (
    <section data-testid={testIds.advancedPage} className={styles['page']}>
      <PageTitle title={words.common.pages['advanced-options']} underAccounts />
      <p className={styles['explanation']}>{w.explanation}</p>
      <Card title={words.device.options.title}>
        <DeviceOptions />
      </Card>
      <Card title={w.autoLockTitle}>
        <p data-testid={testIds.advancedAutoLock}>{w.autoLockText(app.autoLockMinutes)}</p>
      </Card>
      {app.udevRule !== undefined && (
        <Card title={w.udevTitle}>
          <PermissionHelp explanation={w.udevText} />
        </Card>
      )}
      {testers !== undefined && (
        <Card title={words.testers.title}>
          <ForTesters testers={testers} />
        </Card>
      )}
      <Card title={w.aboutTitle}>
        <dl>
          <div>
            <dt>{w.version}</dt>
            <dd data-testid={testIds.advancedVersion}>{app.version}</dd>
          </div>
          <div>
            <dt>{w.electron}</dt>
            <dd data-testid={testIds.advancedElectron}>{app.electron}</dd>
          </div>
          <div>
            <dt>{w.system}</dt>
            <dd>{w.systems[app.platform]}</dd>
          </div>
        </dl>
      </Card>
    </section>
  );
}
