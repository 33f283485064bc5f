import { useEffect, useState } from 'react';
import { FluentProvider } from '@fluentui/react-components';
import type { AutofillApi, AutofillEvent } from '../../preload/autofill-contract';
import { followView } from '../app/follow-view';
import { useSystemTheme } from '../app/theme';
import { SuggestionList } from './SuggestionList';

/** Who asks is there in full, however long that is; then there may be more than the window has room for. */
const providerStyle = { height: '100%', overflow: 'hidden auto', background: 'transparent' } as const;

/** Draws what the main process says, and tells it what the person does. Where that is gone, so is this window. */
export function AutofillWindow({ api }: { readonly api: AutofillApi }) {
  const theme = useSystemTheme();
  const [view, setView] = useState<AutofillEvent>(null);

  useEffect(() => followView(api, setView), [api]);

  return (
    <FluentProvider theme={theme} style={providerStyle}>
      {view !== null && (
        <SuggestionList
          view={view}
          onDrawn={(height) => void api.drawn(view.id, height)}
          onChoose={(account) => void api.choose(view.id, account)}
          onDismiss={() => void api.dismiss(view.id)}
        />
      )}
    </FluentProvider>
  );
}
