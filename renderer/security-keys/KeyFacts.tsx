import type { KeyView } from '../../preload/contract';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { groupFacts } from './fact-groups';
import styles from './KeyFacts.module.css';

const w = words.keys;

/** Longest value or explanation shown; beyond it a key is only trying to be difficult. */
const FACT_LENGTH = 600;

/** Everything the key says about itself, by section. */
export function KeyFacts({ view }: { readonly view: KeyView }) {
  const groups = groupFacts(view.facts);
  return (
    <div>
      {view.oddities.length > 0 && (
        <section className={styles['group']}>
          <h3>{w.odditiesTitle}</h3>
          <ul className={styles['oddities']}>
            {view.oddities.map((oddity) => (
              <li key={oddity} data-testid={testIds.keyOddity}>
                <bdi>{safeText(oddity, FACT_LENGTH).text}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      {groups.map(({ group, facts }) => (
        <section key={group} className={styles['group']}>
          <h3>{w.groups[group]}</h3>
          <dl>
            {facts.map((fact) => (
              <div key={fact.term} data-testid={testIds.keyFact} data-term={fact.term}>
                <dt title={w.factTerm(safeText(fact.term, 100).text)}>
                  <bdi>{safeText(fact.label).text}</bdi>
                </dt>
                <dd>
                  <bdi className={styles['value']}>{safeText(fact.value, FACT_LENGTH).text}</bdi>
                  {fact.detail !== undefined && (
                    <bdi className={styles['detail']}>{safeText(fact.detail, FACT_LENGTH).text}</bdi>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {groups.length === 0 && view.state === 'ready' && <p className={styles['none']}>{w.noFacts}</p>}
    </div>
  );
}
