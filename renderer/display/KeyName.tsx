import { SafeText } from './SafeText';
import { SimulatedBadge } from './SimulatedBadge';
import styles from './KeyName.module.css';

/** The name of a key and, where it is not real, that it is not. */
export function KeyName(props: {
  readonly name: string;
  readonly simulated: boolean;
  readonly className?: string;
}) {
  return (
    <span className={`${styles['keyName']} ${props.className ?? ''}`}>
      <SafeText text={props.name} className={styles['name'] ?? ''} />
      {props.simulated && <SimulatedBadge />}
    </span>
  );
}
