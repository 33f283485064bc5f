import { ChevronRight16Regular } from '@fluentui/react-icons/headless/svg/chevron-right';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { FOCUS_FALLBACK, LAST_RESORT } from './focus';
import styles from './PageTitle.module.css';

interface Parent {
  readonly title: string;
  readonly go: () => void;
}

/**
 * `Accounts > Passkeys`, as Windows Settings writes it. The first part is a word, not a link: there is no such page
 * here. A page below another one leads back to it.
 */
export function PageTitle(props: {
  readonly title: string;
  readonly underAccounts?: boolean;
  readonly parent?: Parent;
}) {
  return (
    <h1
      className={styles['title']}
      tabIndex={-1}
      data-testid={testIds.pageTitle}
      {...{ [FOCUS_FALLBACK]: LAST_RESORT }}
    >
      {props.underAccounts === true && (
        <>
          <span className={styles['parent']}>{words.common.accounts}</span>
          <ChevronRight16Regular className={styles['chevron'] ?? ''} aria-hidden="true" />
        </>
      )}
      {props.parent !== undefined && (
        <>
          <button
            type="button"
            className={styles['parentLink'] ?? ''}
            data-testid={testIds.pageParent}
            onClick={props.parent.go}
          >
            {props.parent.title}
          </button>
          <ChevronRight16Regular className={styles['chevron'] ?? ''} aria-hidden="true" />
        </>
      )}
      <span>{props.title}</span>
    </h1>
  );
}
