import type { PasskeyDetails, PasskeyView } from '../../preload/contract';
import { CopyButton } from '../display/CopyButton';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import type { Asked } from './use-passkey-details';
import styles from './DetailsDialog.module.css';

const w = words.passkeys.details;

/** Hex digits of what most sites and keys choose: 32 random bytes; SHA-256; an ES256 COSE_Key. */
const usualDigits = { userHandle: 64, rpIdHash: 64, publicKey: 154 } as const;

/** One byte string of a passkey. Until it is known, it has the room that it will most likely need. */
export function BytesFact(props: {
  readonly passkey: PasskeyView;
  readonly asked: Asked;
  readonly field: keyof PasskeyDetails;
}) {
  const { asked, field, passkey } = props;
  const label = w[field];
  return (
    <div>
      <dt>{label}</dt>
      {asked.state === 'known' ? (
        <Known field={field} label={label} hex={asked.details[field]} />
      ) : asked.state === 'failed' ? (
        <Said field={field} text={w.notRead} />
      ) : (
        <dd className={`${styles['value']} ${styles['waiting']}`}>
          <span className={styles['reading']}>{w.reading}</span>
          <code className={styles['bytes']} aria-hidden>
            {'0'.repeat(digits(field, passkey))}
          </code>
          <span className={styles['copyRoom']} />
        </dd>
      )}
    </div>
  );
}

function digits(field: keyof PasskeyDetails, { id, keyId }: PasskeyView): number {
  return field === 'credentialId' ? id.length - keyId.length - 1 : usualDigits[field];
}

function Known(props: { readonly field: string; readonly label: string; readonly hex: string | undefined }) {
  const { field, label, hex } = props;
  if (hex === undefined || hex === '')
    return <Said field={field} text={hex === undefined ? w.unknown : w.empty} />;
  const long = hex.length > 200;
  return (
    <dd className={styles['value']}>
      <code
        className={styles['bytes']}
        data-testid={testIds.detailsField}
        data-field={field}
        {...(long ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}
      >
        {hex}
      </code>
      <CopyButton text={hex.slice(0, 100_000)} what={label} testId={testIds.detailsCopy} field={field} />
    </dd>
  );
}

function Said(props: { readonly field: string; readonly text: string }) {
  return (
    <dd data-testid={testIds.detailsField} data-field={props.field}>
      {props.text}
    </dd>
  );
}
