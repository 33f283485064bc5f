import { ArrowDown24Regular } from '@fluentui/react-icons/headless/svg/arrow-down';
import { ArrowUp24Regular } from '@fluentui/react-icons/headless/svg/arrow-up';
import { Fingerprint24Regular } from '@fluentui/react-icons/headless/svg/fingerprint';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { stepNumber } from './reset-machine';
import styles from './ResetDialog.module.css';

const w = words.reset;

/** The step that is to be done now, with how many there are. */
export function ResetSteps({ step }: { readonly step: 'remove' | 'insert' | 'touch' | 'long-touch' }) {
  const number = stepNumber(step);
  const text = w.step[step === 'long-touch' ? 'longTouch' : step];
  return (
    <div className={styles['step']} data-testid={testIds.resetStep} data-step={step}>
      <div className={styles['stepIcon']} data-waiting="" aria-hidden="true">
        {number === 1 ? (
          <ArrowUp24Regular />
        ) : number === 2 ? (
          <ArrowDown24Regular />
        ) : (
          <Fingerprint24Regular />
        )}
      </div>
      <div>
        <div className={styles['stepNumber']}>{w.stepOf(number, 3)}</div>
        <h3 className={styles['stepTitle']}>{text.title}</h3>
        <p className={styles['stepText']}>{text.text}</p>
      </div>
      <div className={styles['dots']} aria-hidden="true">
        {[1, 2, 3].map((dot) => (
          <span
            key={dot}
            data-done={dot < number ? '' : undefined}
            data-now={dot === number ? '' : undefined}
          />
        ))}
      </div>
    </div>
  );
}
