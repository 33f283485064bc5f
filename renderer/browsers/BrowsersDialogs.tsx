import type { BrowserStatus } from '../../preload/browsers-contract';
import { ConfirmDialog } from '../app/ConfirmDialog';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { loadBrowsers } from './load-browsers';

const w = words.browsers;

/** Before the manifest of another program is replaced. */
export function ReplaceManifestDialog(props: {
  readonly browser: BrowserStatus;
  readonly onClose: () => void;
}) {
  const { store, api } = useLatchkey();
  const { id, name, manifest } = props.browser;
  const program = manifest.is === 'foreign' ? manifest.program : undefined;
  return (
    <ConfirmDialog
      testId={testIds.replaceManifest}
      confirmTestId={testIds.browsersConfirm}
      closeTestId={testIds.browsersCancel}
      title={w.replace.title(name)}
      text={w.replace.text(name)}
      more={
        program !== undefined && (
          <p>
            <bdi>{w.replace.program(safeText(program, 400).text)}</bdi>
          </p>
        )
      }
      failedTitle={w.replace.failed}
      confirm={w.replace.confirm}
      working={w.replace.working}
      done={w.connectedNotice(name)}
      act={async () => {
        const result = await callFor(api, 'connectBrowser', id, true);
        await loadBrowsers(store, api);
        return result;
      }}
      onClose={props.onClose}
    />
  );
}

export function EmptyRequestsDialog(props: { readonly count: number; readonly onClose: () => void }) {
  const { api } = useLatchkey();
  return (
    <ConfirmDialog
      testId={testIds.emptyRequests}
      confirmTestId={testIds.browsersConfirm}
      closeTestId={testIds.browsersCancel}
      title={w.requests.emptyTitle}
      text={w.requests.emptyText(props.count)}
      failedTitle={w.requests.emptyFailed}
      confirm={w.requests.emptyConfirm}
      working={w.requests.emptying}
      done={w.requests.emptied}
      act={() => callFor(api, 'emptyRequestLog')}
      onClose={props.onClose}
    />
  );
}
