import { useEffect, useState } from 'react';
import { Checkmark16Regular } from '@fluentui/react-icons/headless/svg/checkmark';
import { Copy16Regular } from '@fluentui/react-icons/headless/svg/copy';
import { Button } from '../controls/Button';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { announce, notify } from '../store/window-store';

const SAYS_COPIED_MS = 2000;

/** Puts text on the clipboard and says so. Without `label` it is an icon, named by `what`. */
export function CopyButton(props: {
  readonly text: string;
  readonly label?: string;
  readonly what?: string;
  readonly testId: string;
  readonly field?: string;
}) {
  const { store, api } = useLatchkey();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAYS_COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async (): Promise<void> => {
    const result = await callFor(api, 'copy', props.text);
    setCopied(result.ok);
    if (result.ok) announce(store, words.common.copied);
    else notify(store, { intent: 'error', text: words.common.copyFailed });
  };

  const icon = copied ? <Checkmark16Regular /> : <Copy16Regular />;
  const label = copied ? words.common.copied : props.label;
  return props.label === undefined ? (
    <Button
      appearance="subtle"
      size="small"
      icon={icon}
      aria-label={copied ? words.common.copied : words.common.copyWhat(props.what ?? '')}
      data-testid={props.testId}
      data-field={props.field}
      onClick={() => void copy()}
    />
  ) : (
    <Button icon={icon} data-testid={props.testId} onClick={() => void copy()}>
      {label}
    </Button>
  );
}
