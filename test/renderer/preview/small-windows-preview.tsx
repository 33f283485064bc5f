/** The small windows with a main process that says one thing: `small-windows.html?scenario=connect`. */
import { createRoot } from 'react-dom/client';
import { AutofillWindow } from '../../../renderer/autofill/AutofillWindow';
import { ConnectWindow } from '../../../renderer/connect/ConnectWindow';
import { questions, suggestions } from './small-window-scenarios';

const scenario = new URLSearchParams(window.location.search).get('scenario') ?? '';
const question = questions[scenario];
const suggestion = suggestions[scenario] ?? null;
const done = async (): Promise<void> => undefined;
const on = () => () => undefined;

function drawn() {
  if (question === undefined)
    return (
      <AutofillWindow
        api={{ view: async () => suggestion, drawn: done, choose: async () => true, dismiss: done, on }}
      />
    );
  return <ConnectWindow api={{ view: async () => question, drawn: done, decide: async () => true, on }} />;
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(drawn());
