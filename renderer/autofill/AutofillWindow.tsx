import { useEffect, useState } from 'react';
import type { AutofillApi, AutofillEvent } from '../../preload/autofill-contract';
import { followView } from '../app/follow-view';
import { SuggestionList } from './SuggestionList';
import styles from './Autofill.module.css';

/** Draws what the main process says, and tells it what the person does. Where that is gone, so is this window. */
export function AutofillWindow({ api }: { readonly api: AutofillApi }) {
  const [view, setView] = useState<AutofillEvent>(null);

  useEffect(() => followView(api, setView), [api]);

  return (
    <div className={styles['window']}>
      {view !== null && (
        <SuggestionList
          view={view}
          onDrawn={(height) => void api.drawn(view.id, height)}
          onChoose={(account) => void api.choose(view.id, account)}
          onDismiss={() => void api.dismiss(view.id)}
        />
      )}
    </div>
  );
}
