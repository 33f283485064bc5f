import { useEffect, useRef, useState } from 'react';
import { ArrowSync20Regular } from '@fluentui/react-icons/headless/svg/arrow-sync';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey, useWindowState } from '../store/context';
import { announce, notify } from '../store/window-store';
import { testIds } from '../test-ids';

/** Reads every key again: a passkey that a browser has just saved is not noticed by itself. Also F5 and Ctrl+R. */
export function RefreshButton() {
  const { store, api } = useLatchkey();
  const anyKey = useWindowState((state) => state.keys.length > 0);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);

  const refresh = async (): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    announce(store, words.passkeys.refreshing);
    const results = await Promise.all(store.getState().keys.map(({ id }) => callFor(api, 'refresh', id)));
    running.current = false;
    setBusy(false);
    const failed = results.find((result) => !result.ok);
    // A key that cannot be used says so on its own card.
    const onCard =
      failed?.ok === false && ['access-denied', 'in-use', 'unplugged'].includes(failed.problem.code);
    if (failed?.ok === false && !onCard) {
      notify(store, { intent: 'error', text: safeText(failed.problem.message, 400).text });
    }
  };
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const asked =
        event.key === 'F5' || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'r');
      if (!asked || store.getState().dialog !== null) return;
      event.preventDefault();
      void latest.current();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [store]);

  if (!anyKey) return null;
  return (
    <Button
      appearance="subtle"
      icon={<ArrowSync20Regular />}
      disabledFocusable={busy}
      data-testid={testIds.refresh}
      onClick={() => void refresh()}
    >
      {words.passkeys.refresh}
    </Button>
  );
}
