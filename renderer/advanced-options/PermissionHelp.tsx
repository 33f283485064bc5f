import { Button } from '../controls/Button';
import { TextLink } from '../controls/TextLink';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { CopyButton } from '../display/CopyButton';
import styles from './PermissionHelp.module.css';

/** How to get permission to use security keys on this system. */
export function PermissionHelp(props: { readonly explanation?: string }) {
  const app = useWindowState((state) => state.app);
  const { api } = useLatchkey();
  if (app === null) return null;
  if (app.platform === 'win32') {
    return (
      <Button
        className={styles['button'] ?? ''}
        data-testid={testIds.windowsHelp}
        onClick={() => void callFor(api, 'openHelp', 'windows-security-keys')}
      >
        {words.passkeys.windowsHelp}
      </Button>
    );
  }
  if (app.udevRule === undefined) return null;
  return (
    <div className={styles['help']}>
      <p className={styles['text']}>{props.explanation ?? words.passkeys.udev.explanation}</p>
      <pre
        className={styles['rule']}
        data-testid={testIds.udevRule}
        tabIndex={0}
        role="region"
        aria-label={words.passkeys.udev.rule}
      >
        {app.udevRule}
      </pre>
      <p className={styles['text']}>{words.passkeys.udev.file}</p>
      <div className={styles['actions']}>
        <CopyButton text={app.udevRule} label={words.passkeys.udev.copy} testId={testIds.udevCopy} />
        <TextLink onClick={() => void callFor(api, 'openHelp', 'udev')}>
          {words.passkeys.udev.learnMore}
        </TextLink>
      </div>
    </div>
  );
}
