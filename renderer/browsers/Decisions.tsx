import type { BrowserDecision } from '../../preload/browsers-contract';
import { FOCUS_FALLBACK } from '../app/focus';
import { Button } from '../controls/Button';
import { SafeText } from '../display/SafeText';
import { isBlank, safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { useRun } from './use-run';
import styles from './Browsers.module.css';

const w = words.browsers.decisions;

/** Who may ask and who may not, as the person decided. */
export function Decisions({ decisions }: { readonly decisions: readonly BrowserDecision[] }) {
  return (
    <section className={styles['section']} data-testid={testIds.browserDecisions}>
      <h2>{w.title}</h2>
      <p className={styles['text']}>{decisions.length === 0 ? w.none : w.text}</p>
      {decisions.length > 0 && (
        <ul className={styles['rows']} aria-label={w.list}>
          {decisions.map((decision, index) => (
            <Decision key={decision.id} decision={decision} isFirst={index === 0} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Decision({ decision, isFirst }: { readonly decision: BrowserDecision; readonly isFirst: boolean }) {
  const { api } = useLatchkey();
  const { busy, run } = useRun();
  const name = isBlank(decision.name) ? w.unnamed : safeText(decision.name, 60).text;
  const isAllowed = decision.decision === 'allowed';
  const when = words.common.date(decision.when);
  return (
    <li
      className={styles['row']}
      data-testid={testIds.browserDecision}
      data-decision-id={decision.id}
      data-state={decision.decision}
    >
      <div className={styles['names']}>
        <div className={styles['name']}>
          <bdi>{name}</bdi>
        </div>
        <div className={styles['second']}>
          <SafeText text={decision.program} max={200} />
        </div>
        <div className={styles['second']}>{isAllowed ? w.allowed(when) : w.denied(when)}</div>
      </div>
      <div className={styles['actions']}>
        <Button
          size="small"
          disabledFocusable={busy}
          aria-label={words.browsers.about(isAllowed ? w.deny : w.allow, name)}
          data-testid={testIds.browserDecide}
          onClick={() =>
            void run(
              () => callFor(api, isAllowed ? 'denyBrowser' : 'allowBrowser', decision.id),
              isAllowed ? w.deniedNotice(name) : w.allowedNotice(name),
            )
          }
          {...(isFirst ? { [FOCUS_FALLBACK]: '2' } : {})}
        >
          {isAllowed ? w.deny : w.allow}
        </Button>
        <Button
          size="small"
          appearance="subtle"
          disabledFocusable={busy}
          aria-label={words.browsers.about(w.forget, name)}
          data-testid={testIds.browserForget}
          onClick={() => void run(() => callFor(api, 'forgetBrowser', decision.id), w.forgottenNotice(name))}
        >
          {w.forget}
        </Button>
      </div>
    </li>
  );
}
