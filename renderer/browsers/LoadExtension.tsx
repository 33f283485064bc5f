import type { BrowserId, BrowserStatus } from '../../preload/browsers-contract';
import { Button } from '../controls/Button';
import { CopyButton } from '../display/CopyButton';
import { SafeText } from '../display/SafeText';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { useRun } from './use-run';
import styles from './Browsers.module.css';

const w = words.browsers.load;

const addresses: Readonly<Record<BrowserId, string>> = {
  chrome: 'chrome://extensions',
  chromium: 'chrome://extensions',
  edge: 'edge://extensions',
  brave: 'brave://extensions',
  firefox: 'about:debugging#/runtime/this-firefox',
};

/** The steps in the browser, one after the other. */
export function LoadExtension(props: { readonly browser: BrowserStatus; readonly startsOpen: boolean }) {
  const { id, name, family } = props.browser;
  const folder = useWindowState((state) => state.browsers?.extensions[family]);
  if (folder === undefined) return null;
  return (
    <details className={styles['load']} open={props.startsOpen} data-testid={testIds.browserLoad}>
      <summary>{w.title}</summary>
      <p>{w.why}</p>
      <ol>
        <li>
          {w[family].open(name)}
          <Address address={addresses[id]} />
        </li>
        <li>{family === 'firefox' ? w.firefox.add : w.chromium.developer}</li>
        <li>
          {w[family].choose}
          <Folder folder={folder} family={family} />
        </li>
      </ol>
      {family === 'firefox' && <p>{w.firefox.forgets}</p>}
      <p>{w.then}</p>
    </details>
  );
}

function Address({ address }: { readonly address: string }) {
  return (
    <div className={styles['copied']}>
      <code className={styles['path']}>{address}</code>
      <CopyButton text={address} what={w.address} testId={testIds.browserCopyAddress} />
    </div>
  );
}

function Folder(props: { readonly folder: string; readonly family: BrowserStatus['family'] }) {
  const { api } = useLatchkey();
  const { busy, run } = useRun();
  return (
    <>
      <div className={styles['copied']}>
        <code className={styles['path']} data-testid={testIds.browserFolder}>
          <SafeText text={props.folder} max={400} />
        </code>
        <CopyButton text={props.folder} what={w.folderOf} testId={testIds.browserCopyFolder} />
      </div>
      <Button
        size="small"
        disabledFocusable={busy}
        data-testid={testIds.browserOpenFolder}
        onClick={() => void run(() => callFor(api, 'showExtensionFolder', props.family))}
      >
        {w.openFolder}
      </Button>
    </>
  );
}
