import { Component, type ReactNode } from 'react';
import { words } from '../messages/en';

/** A mistake of ours must not leave an empty window: it says so, and offers the way out that works. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly crashed: boolean }
> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { readonly crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    if (!this.state.crashed) return this.props.children;
    return (
      <main role="alert" className="first-paint">
        <div className="first-paint-name">
          <h1>{words.common.crashedTitle}</h1>
          <p>{words.common.crashedText}</p>
          <button type="button" onClick={() => window.location.reload()}>
            {words.common.reload}
          </button>
        </div>
      </main>
    );
  }
}
