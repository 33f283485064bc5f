import { isBlank, safeText } from './safe-text';

/** What comes before the @ stays before it, also where it is written from right to left. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/u;

/**
 * Text from a key or a site, isolated (<bdi>) so that its direction cannot reorder what stands around it. Shows
 * `blank` when there is nothing to see.
 */
export function SafeText(props: {
  readonly text: string | undefined;
  readonly max?: number;
  readonly blank?: string;
  readonly className?: string;
}) {
  if (isBlank(props.text)) return <span className={props.className}>{props.blank ?? ''}</span>;
  const { text } = safeText(props.text ?? '', props.max);
  return (
    <bdi className={props.className} dir={ADDRESS.test(text) ? 'ltr' : undefined}>
      {text}
    </bdi>
  );
}
