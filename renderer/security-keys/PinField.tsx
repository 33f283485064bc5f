import { useState } from 'react';
import { Field, Input } from '@fluentui/react-components';
import { Eye20Regular } from '@fluentui/react-icons/headless/svg/eye';
import { EyeOff20Regular } from '@fluentui/react-icons/headless/svg/eye-off';
import { AUTOFOCUS } from '../app/autofocus';
import { Button } from '../controls/Button';
import { words } from '../messages/en';
import { testIds } from '../test-ids';

export interface FieldMessage {
  readonly state: 'error' | 'success' | 'none' | 'warning';
  readonly text: string;
}

/** A box for a PIN or a passphrase, hidden unless it is asked to show it. */
export function PinField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly shown: boolean;
  /** Only one of several boxes carries the button; it shows them all. */
  readonly onToggleShown?: () => void;
  /** What the button says that it shows; `pin` when absent. */
  readonly secret?: 'pin' | 'passphrase';
  readonly message?: FieldMessage | undefined;
  readonly hint?: string;
  readonly autofocus?: boolean;
  readonly readOnly?: boolean;
  readonly testId: string;
}) {
  const [capsLock, setCapsLock] = useState(false);
  const message: FieldMessage | undefined =
    props.message ?? (capsLock ? { state: 'warning', text: words.pin.capsLock } : undefined);
  const isPin = props.secret !== 'passphrase';
  const show = isPin ? words.pin.show : words.pin.showPassphrase;
  const hide = isPin ? words.pin.hide : words.pin.hidePassphrase;
  return (
    <Field
      label={props.label}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      validationState={message?.state ?? 'none'}
      {...(message === undefined ? {} : { validationMessage: message.text })}
    >
      <Input
        type={props.shown ? 'text' : 'password'}
        value={props.value}
        readOnly={props.readOnly ?? false}
        autoComplete="off"
        spellCheck={false}
        maxLength={isPin ? 256 : 1024}
        data-testid={props.testId}
        {...(props.autofocus === true ? AUTOFOCUS : {})}
        onChange={(_event, data) => props.onChange(data.value)}
        onKeyUp={(event) => setCapsLock(event.getModifierState('CapsLock'))}
        onKeyDown={(event) => setCapsLock(event.getModifierState('CapsLock'))}
        contentAfter={
          props.onToggleShown === undefined ? null : (
            <Button
              appearance="transparent"
              size="small"
              icon={props.shown ? <EyeOff20Regular /> : <Eye20Regular />}
              aria-label={props.shown ? hide : show}
              aria-pressed={props.shown}
              data-testid={testIds.pinShow}
              onClick={props.onToggleShown}
            />
          )
        }
      />
    </Field>
  );
}
