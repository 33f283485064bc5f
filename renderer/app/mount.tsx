/** Builds the window's object graph: store, connection, tree. */
import { createRoot, type Root } from 'react-dom/client';
import type { LatchkeyApi } from '../../preload/contract';
import type { TestersApi } from '../../preload/simulator-contract';
import { connect, reportActivity } from '../store/connect';
import type { Feed } from '../store/feed';
import { LatchkeyProvider } from '../store/context';
import { createWindowStore } from '../store/window-store';
import { ErrorBoundary } from './ErrorBoundary';
import { Shell } from './Shell';

/**
 * @param feed what was said since the page began.
 * @param testers in builds for testers.
 */
export function mount(element: HTMLElement, api: LatchkeyApi, feed: Feed, testers?: TestersApi): Root {
  const store = createWindowStore();
  const { retry } = connect(store, api, feed);
  reportActivity(element.ownerDocument, api);
  const root = createRoot(element);
  root.render(
    <ErrorBoundary>
      <LatchkeyProvider value={{ store, api, reconnect: retry, ...(testers && { testers }) }}>
        <Shell />
      </LatchkeyProvider>
    </ErrorBoundary>,
  );
  return root;
}
