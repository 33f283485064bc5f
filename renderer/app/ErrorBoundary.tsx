import { Component, type ReactNode } from 'react';
import { words } from '../messages/en';

/** A mistake of ours must not leave an empty window: it says so, and draws the page anew when asked. Reloading is navigation, which the window forbids. */
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
      <main role="alert" className="crashed">
        <h1>{words.common.crashedTitle}</h1>
        <p>{words.common.crashedText}</p>
        <button type="button" onClick={() => this.setState({ crashed: false })}>
          {words.common.reload}
        </button>
      </main>
    );
  }
}
