/** All samples side by side, each in a frame that is a window to it: focus, media queries and Escape work as in the real one. */
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import {
  appearanceOf,
  hashOf,
  sizeNames,
  sizes,
  themeNames,
  themes,
  type Appearance,
  type SizeName,
} from './appearance';
import { describeDone, type Done } from './done';
import type { Sample } from './sample';
import { sampleGroups } from './samples';

/** Only the viewer's window changes its theme. */
const isViewer = navigator.userAgent.includes('Electron');

function Gallery() {
  const [appearance, setAppearance] = useState(() => appearanceOf(window.location.hash));
  const change = (to: Partial<Appearance>): void => setAppearance({ ...appearance, ...to });
  // To be sent to somebody, and read by the viewer.
  useEffect(() => window.history.replaceState(null, '', hashOf(appearance)), [appearance]);
  const words = appearance.find.toLowerCase().split(/\s+/);
  const isFound = ({ id, caption, view }: Sample): boolean => {
    const text = `${id} ${caption} ${view.kind} ${view.state.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const groups = sampleGroups
    .map(({ title, samples }) => ({ title, samples: samples.filter(isFound) }))
    .filter(({ samples }) => samples.length > 0);
  const count = groups.reduce((sum, { samples }) => sum + samples.length, 0);
  return (
    <>
      <header>
        <h1>Dialogs</h1>
        <label>
          Find{' '}
          <input
            type="search"
            value={appearance.find}
            onChange={(event) => change({ find: event.target.value })}
          />
        </label>
        <Choice
          label="Size"
          names={sizeNames}
          chosen={appearance.size}
          labelOf={(name) => sizes[name].label}
          onChoose={(size) => change({ size })}
        />
        {isViewer ? (
          <Choice
            label="Theme"
            names={themeNames}
            chosen={appearance.theme}
            labelOf={(name) => themes[name]}
            onChoose={(theme) => change({ theme })}
          />
        ) : (
          <span>The theme is the system’s here; it can be switched in the window of npm run dialogs.</span>
        )}
        <span role="status">{count} samples</span>
      </header>
      <main>
        {groups.map(({ title, samples }) => (
          <section key={title}>
            <h2>{title}</h2>
            <div className="frames">
              {samples.map((sample) => (
                <Frame key={sample.id} sample={sample} size={appearance.size} />
              ))}
            </div>
          </section>
        ))}
      </main>
    </>
  );
}

function Choice<Name extends string>(props: {
  readonly label: string;
  readonly names: readonly Name[];
  readonly chosen: Name;
  readonly labelOf: (name: Name) => string;
  readonly onChoose: (name: Name) => void;
}) {
  return (
    <fieldset>
      <legend>{props.label}</legend>
      {props.names.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name={props.label}
            checked={name === props.chosen}
            onChange={() => props.onChoose(name)}
          />
          {props.labelOf(name)}
        </label>
      ))}
    </fieldset>
  );
}

/** The frame element is found again by what its window posts. */
function Frame({ sample, size }: { readonly sample: Sample; readonly size: SizeName }) {
  const [frame, setFrame] = useState<HTMLIFrameElement | null>(null);
  const [done, setDone] = useState<Done | undefined>(undefined);
  useEffect(() => {
    const hear = (event: MessageEvent<Done>): void => {
      if (frame !== null && event.source === frame.contentWindow) setDone(event.data);
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, [frame]);
  const { width, height, zoom } = sizes[size];
  const { id, caption, view } = sample;
  return (
    <figure data-sample={id} style={{ width: width * zoom }}>
      <figcaption>
        <strong>{caption}</strong>
        <br />
        <a href={`dialog.html#${id}`} target="_blank" rel="noreferrer">
          {id}
        </a>{' '}
        ({view.kind}, {view.state.name})
      </figcaption>
      <div className="window" style={{ height: height * zoom }}>
        <iframe
          ref={setFrame}
          title={caption}
          loading="lazy"
          src={`dialog.html#${id}`}
          width={width}
          height={height}
          style={{ transform: `scale(${zoom})` }}
        />
      </div>
      <output>{done === undefined ? 'Nothing was done yet' : describeDone(done)}</output>
    </figure>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Gallery />);
