import type { RefObject } from 'react';
import type { CeremonyAct } from '../../preload/ceremony-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { Button as FluentButton } from '../controls/Button';
import { testIds } from '../test-ids';
import { idOfAct, type Button, type Buttons } from './buttons';
import { useWait } from './use-wait';
import styles from './Ceremony.module.css';

interface Doing {
  readonly formId: string;
  readonly onAct: (act: CeremonyAct) => void;
  readonly onShowLatchkey: () => void;
}

/** What can be done in a state, besides what is done within it: the primary button first, other ways above. */
export function CeremonyButtons(
  props: Doing & {
    readonly buttons: Buttons;
    readonly primary: RefObject<HTMLButtonElement | null>;
    /** Milliseconds until the form of the state can be sent. */
    readonly wait: number;
  },
) {
  const { buttons, primary, wait, ...doing } = props;
  const waits = useWait(wait) > 0;
  return (
    <footer className={styles['footer']}>
      {buttons.ways.length > 0 && (
        <div className={styles['ways']}>
          {buttons.ways.map((button) => (
            <FluentButton
              key={button.label}
              appearance="transparent"
              size="small"
              className={styles['way'] ?? ''}
              {...behaviour(button, doing)}
            >
              {button.label}
            </FluentButton>
          ))}
        </div>
      )}
      <div className={styles['actions']}>
        {buttons.primary !== undefined && (
          <FluentButton
            ref={primary}
            appearance="primary"
            {...behaviour(buttons.primary, doing)}
            {...(buttons.primary.does === 'submit'
              ? { disabled: waits }
              : leaves(buttons.primary)
                ? {}
                : AUTOFOCUS)}
          >
            {buttons.primary.label}
          </FluentButton>
        )}
        {buttons.others.map((button) => (
          <FluentButton key={button.label} {...behaviour(button, doing)}>
            {button.label}
          </FluentButton>
        ))}
      </div>
    </footer>
  );
}

/** Enter does it, but nobody is led to it. */
function leaves(button: Button): boolean {
  return button.does === 'act' && button.act === 'cancel';
}

function behaviour(button: Button, { formId, onAct, onShowLatchkey }: Doing) {
  switch (button.does) {
    case 'act':
      return {
        'data-testid': idOfAct[button.act],
        'data-act': button.act,
        onClick: () => onAct({ act: button.act }),
      };
    case 'choose-place':
      return {
        'data-testid': testIds.ceremonySubmit,
        'data-act': button.does,
        onClick: () => onAct({ act: 'choose-place', place: button.place }),
      };
    case 'submit':
      return {
        type: 'submit',
        form: formId,
        'data-testid': testIds.ceremonySubmit,
        'data-act': button.act,
      } as const;
    case 'open-latchkey':
      return { 'data-testid': testIds.ceremonyOpenLatchkey, onClick: onShowLatchkey };
  }
}
