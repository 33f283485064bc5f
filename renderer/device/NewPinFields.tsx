import { MAX_PIN_LENGTH, MIN_PIN_LENGTH } from '../../main/vault/pin-rules';
import { words } from '../messages/en';
import { PinField } from '../security-keys/PinField';
import { testIds } from '../test-ids';
import {
  againMessage,
  againPassphraseMessage,
  freshMessage,
  freshPassphraseMessage,
  type NewPin,
} from './new-pin';

const w = words.deviceDialogs;

interface FieldsProps {
  readonly value: NewPin;
  readonly onChange: (value: NewPin) => void;
  readonly tried: boolean;
  readonly readOnly: boolean;
  readonly shown: boolean;
  /** Left out where another box carries the button. */
  readonly onToggleShown?: () => void;
  readonly autofocus: boolean;
}

/** A new PIN of this device, twice, with what is right and wrong about it while somebody types. */
export function NewPinFields(props: FieldsProps & { readonly current?: string }) {
  const { value, onChange, tried, readOnly, shown } = props;
  return (
    <>
      <PinField
        label={w.pin.fresh}
        value={value.fresh}
        onChange={(fresh) => onChange({ ...value, fresh })}
        shown={shown}
        {...(props.onToggleShown && { onToggleShown: props.onToggleShown })}
        autofocus={props.autofocus}
        readOnly={readOnly}
        testId={testIds.pinNew}
        hint={w.pin.rules(MIN_PIN_LENGTH, MAX_PIN_LENGTH)}
        message={freshMessage(value, tried, props.current)}
      />
      <PinField
        label={w.pin.again}
        value={value.again}
        onChange={(again) => onChange({ ...value, again })}
        shown={shown}
        readOnly={readOnly}
        testId={testIds.pinAgain}
        message={againMessage(value, tried)}
      />
    </>
  );
}

/** A new passphrase, twice. */
export function NewPassphraseFields(props: FieldsProps) {
  const { value, onChange, tried, readOnly, shown } = props;
  return (
    <>
      <PinField
        label={w.passphrase.fresh}
        secret="passphrase"
        value={value.fresh}
        onChange={(fresh) => onChange({ ...value, fresh })}
        shown={shown}
        {...(props.onToggleShown && { onToggleShown: props.onToggleShown })}
        autofocus={props.autofocus}
        readOnly={readOnly}
        testId={testIds.passphraseNew}
        hint={w.passphrase.rules}
        message={freshPassphraseMessage(value, tried)}
      />
      <PinField
        label={w.passphrase.again}
        secret="passphrase"
        value={value.again}
        onChange={(again) => onChange({ ...value, again })}
        shown={shown}
        readOnly={readOnly}
        testId={testIds.passphraseAgain}
        message={againPassphraseMessage(value, tried)}
      />
    </>
  );
}

/** What choosing a passphrase means. */
export function PassphraseMeans({ className }: { readonly className: string | undefined }) {
  return (
    <ul className={className}>
      {w.passphrase.means.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
