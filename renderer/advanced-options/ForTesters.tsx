import type { Result } from '../../preload/contract';
import type { SimulatedKeyView, TestersApi } from '../../preload/simulator-contract';
import { FOCUS_FALLBACK } from '../app/focus';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { SafeText } from '../display/SafeText';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { callTesters } from './call-testers';
import { useSimulatedKeys } from './use-simulated-keys';
import styles from './ForTesters.module.css';

const w = words.testers;

/** The simulated keys of a build for testers: make them, take them away, plug them in and out. */
export function ForTesters({ testers }: { readonly testers: TestersApi }) {
  const { store } = useLatchkey();
  const snapshot = useSimulatedKeys(testers);
  if (snapshot === null) return null;
  const { keys, profiles } = snapshot;
  const run = async (call: Promise<Result>): Promise<void> => {
    const result = await callTesters(call);
    if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };
  return (
    <div data-testid={testIds.testers}>
      <p className={styles['text']}>{w.text}</p>
      {keys.length === 0 ? (
        <p className={styles['text']}>{w.none}</p>
      ) : (
        <ul className={styles['list']} aria-label={w.listLabel}>
          {keys.map((key) => (
            <SimulatedKey
              key={key.id}
              view={key}
              onPlug={() => void run(testers.setPlugged(key.id, !key.plugged))}
              onRemove={() => store.setState({ dialog: { kind: 'remove-simulated-key', key }, notice: null })}
            />
          ))}
        </ul>
      )}
      <div className={styles['actions']}>
        <Button
          data-testid={testIds.testersAdd}
          onClick={() => store.setState({ dialog: { kind: 'add-simulated-key', profiles }, notice: null })}
          {...{ [FOCUS_FALLBACK]: '1' }}
        >
          {w.add}
        </Button>
        {keys.length > 0 && (
          <Button
            data-testid={testIds.testersShowSimulator}
            onClick={() => void run(testers.showSimulator())}
          >
            {w.showSimulator}
          </Button>
        )}
      </div>
    </div>
  );
}

function SimulatedKey(props: {
  readonly view: SimulatedKeyView;
  readonly onPlug: () => void;
  readonly onRemove: () => void;
}) {
  const { view } = props;
  const name = safeText(view.name, 60).text;
  const plug = view.plugged ? w.unplug : w.plugIn;
  return (
    <li className={styles['key']} data-testid={testIds.testersKey} data-key-id={view.id}>
      <div className={styles['words']}>
        <SafeText text={view.name} max={60} className={styles['name'] ?? ''} />
        <span className={styles['state']}>{view.plugged ? w.plugged : w.unplugged}</span>
        {view.stateFile !== undefined && (
          <span className={styles['state']}>
            <bdi>{w.keptIn(safeText(view.stateFile, 200).text)}</bdi>
          </span>
        )}
      </div>
      <div className={styles['actions']}>
        <Button aria-label={w.about(plug, name)} data-testid={testIds.testersKeyPlug} onClick={props.onPlug}>
          {plug}
        </Button>
        <Button
          aria-label={w.about(w.remove, name)}
          data-testid={testIds.testersKeyRemove}
          onClick={props.onRemove}
        >
          {w.remove}
        </Button>
      </div>
    </li>
  );
}
