/** Builds the window's object graph: store, connection, tree. */
import { createRoot, type Root } from 'react-dom/client';
import type { LatchkeyApi } from '../../preload/contract';
import { connect, reportActivity } from '../store/connect';
import { LatchkeyProvider } from '../store/context';
import { createWindowStore } from '../store/window-store';
import { App } from './App';
import { ErrorBoundary } from './ErrorBoundary';

export function mount(element: HTMLElement, api: LatchkeyApi): Root {
  const store = createWindowStore();
  const { retry } = connect(store, api);
  reportActivity(element.ownerDocument, api);
  const root = createRoot(element);
  root.render(
    <ErrorBoundary>
      <LatchkeyProvider value={{ store, api, reconnect: retry }}>
        <App />
      </LatchkeyProvider>
    </ErrorBoundary>,
  );
  return root;
}
