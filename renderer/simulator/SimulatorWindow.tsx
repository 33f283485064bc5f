import { useEffect, useState } from 'react';
import type { SimulatedKeyView, SimulatorApi } from '../../preload/simulator-contract';
import { SafeText } from '../display/SafeText';
import { simulator as w } from '../messages/en/pages';
import { testIds } from '../test-ids';

/** The finger and the USB port of the simulated keys. Plain elements: this small window should cost little. */
export function SimulatorWindow({ api }: { readonly api: SimulatorApi }) {
  const [keys, setKeys] = useState<readonly SimulatedKeyView[]>([]);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    // An event that comes before the snapshot is newer than it.
    let told = false;
    const stop = api.on((now) => {
      told = true;
      setKeys(now);
    });
    api.snapshot().then(
      (now) => {
        if (!told) setKeys(now);
      },
      () => setFailed(true),
    );
    return stop;
  }, [api]);

  const run = (call: Promise<void>): void => {
    call.then(
      () => setFailed(false),
      () => setFailed(true),
    );
  };

  return (
    <main data-testid={testIds.simulator}>
      <h1>{w.title}</h1>
      <p>{keys.length === 0 ? w.none : w.explanation}</p>
      {failed && <p role="alert">{w.failed}</p>}
      <ul>
        {keys.map((key) => (
          <SimulatedKey key={key.id} view={key} api={api} run={run} />
        ))}
      </ul>
    </main>
  );
}

function SimulatedKey(props: {
  readonly view: SimulatedKeyView;
  readonly api: SimulatorApi;
  readonly run: (call: Promise<void>) => void;
}) {
  const { view, api, run } = props;
  const waits = view.plugged && view.waitsFor !== 'none';
  const sensor = view.plugged && (view.waitsFor === 'finger' || view.waitsFor === 'sample');
  const state = view.plugged ? w.waitsFor[view.waitsFor] : w.unplugged;
  return (
    <li data-testid={testIds.simulatedKey} data-key-id={view.id}>
      <div className="key">
        <span className="light" data-on={waits ? '' : undefined} aria-hidden="true" />
        <div className="words">
          <h2>
            <SafeText text={view.name} max={60} />
          </h2>
          <p role="status" data-testid={testIds.simulatedKeyState} data-waits-for={view.waitsFor}>
            {state}
          </p>
          {view.demoPin !== undefined && <p>{w.demoPin(view.demoPin)}</p>}
          {view.quirks.length > 0 && (
            <p data-testid={testIds.simulatedQuirks}>{w.misbehaves(view.quirks.join(', '))}</p>
          )}
        </div>
      </div>
      <div className="actions">
        <button
          type="button"
          className="primary"
          disabled={!waits}
          data-testid={testIds.simulatedTouch}
          onClick={() => run(api.touch(view.id))}
        >
          {w.touch}
        </button>
        {sensor && (
          <button
            type="button"
            data-testid={testIds.simulatedWrongFinger}
            onClick={() => run(api.touch(view.id, 'other'))}
          >
            {w.wrongFinger}
          </button>
        )}
        {view.plugged && view.waitsFor === 'sample' && (
          <button
            type="button"
            data-testid={testIds.simulatedTouchBadly}
            onClick={() => run(api.touch(view.id, 'badly'))}
          >
            {w.touchBadly}
          </button>
        )}
        <button
          type="button"
          disabled={!waits}
          data-testid={testIds.simulatedRefuse}
          onClick={() => run(api.refuse(view.id))}
        >
          {w.refuse}
        </button>
        <button
          type="button"
          data-testid={testIds.simulatedPlug}
          onClick={() => run(api.setPlugged(view.id, !view.plugged))}
        >
          {view.plugged ? w.unplug : w.plugIn}
        </button>
      </div>
    </li>
  );
}
