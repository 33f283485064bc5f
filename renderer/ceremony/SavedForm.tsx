import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Field, Input } from '@fluentui/react-components';
import type { CeremonyAct, CeremonyState } from '../../preload/ceremony-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { ceremony } from '../messages/en/ceremony';
import { testIds } from '../test-ids';
import styles from './Ceremony.module.css';

const w = ceremony.saved;
/** Of UTF-16; a name for a list. */
const LONGEST = 200;

type Saved = Extract<CeremonyState, { readonly name: 'saved' }>;

/** A field for a name of one's own. OK keeps it first, and closes when it is kept. */
export function SavedForm(props: {
  readonly id: string;
  readonly state: Saved;
  readonly canRename: boolean;
  readonly onAct: (act: CeremonyAct) => void;
}) {
  const { state, canRename, onAct } = props;
  const [typed, setTyped] = useState(state.ownName);
  /** What was to be kept, and what was shown then. */
  const sent = useRef<{ readonly name: string; readonly before: Saved } | undefined>(undefined);

  useEffect(() => {
    const asked = sent.current;
    if (asked === undefined || state === asked.before) return;
    if (state.notKept !== true && state.ownName !== asked.name) return;
    sent.current = undefined;
    if (state.notKept !== true) onAct({ act: 'done' });
  }, [state, onAct]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const name = typed.trim();
    if (!canRename || name === state.ownName) return onAct({ act: 'done' });
    sent.current = { name, before: state };
    onAct({ act: 'rename', ownName: name });
  };

  return (
    <form id={props.id} className={styles['form']} onSubmit={submit}>
      {canRename && (
        <Field
          label={w.field}
          hint={w.hint}
          validationState={state.notKept === true ? 'error' : 'none'}
          {...(state.notKept === true && {
            validationMessage: <span data-testid={testIds.ceremonyNotKept}>{w.notKept}</span>,
          })}
        >
          <Input
            value={typed}
            maxLength={LONGEST}
            autoComplete="off"
            spellCheck={false}
            data-testid={testIds.ceremonyOwnName}
            onChange={(_event, data) => setTyped(data.value)}
            {...AUTOFOCUS}
          />
        </Field>
      )}
    </form>
  );
}
