import { isBlank, safeText } from './safe-text';

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
  return <bdi className={props.className}>{safeText(props.text ?? '', props.max).text}</bdi>;
}
