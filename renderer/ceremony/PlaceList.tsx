import type { ReactNode } from 'react';
import { Key24Regular } from '@fluentui/react-icons/headless/svg/key';
import { Laptop24Regular } from '@fluentui/react-icons/headless/svg/laptop';
import { Phone24Regular } from '@fluentui/react-icons/headless/svg/phone';
import { UsbStick24Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import type { CeremonyAct, CeremonyView, Place } from '../../preload/ceremony-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { ceremony } from '../messages/en/ceremony';
import { testIds } from '../test-ids';
import { isOpenTo } from './buttons';
import { Choice } from './Choice';
import { placeName } from './state-words';
import styles from './Ceremony.module.css';

const w = ceremony.places;
type Kind = CeremonyView['kind'];

/** Where the passkey goes or may be: what can be chosen as buttons, the rest with what stands in its way. */
export function PlaceList(props: {
  readonly view: CeremonyView;
  readonly places: readonly Place[];
  readonly onAct: (act: CeremonyAct) => void;
  readonly autofocus: boolean;
}) {
  const { view, places, onAct } = props;
  const isChoice = view.acts.includes('choose-place');
  // What can be chosen comes first, whatever else is there.
  const inOrder = [...places].sort((a, b) => Number(isObstructed(a)) - Number(isObstructed(b)));
  const first = inOrder.find(isOpenTo);
  return (
    <ul className={styles['list']} aria-label={w.list}>
      {inOrder.map((place) => (
        <li key={place.id}>
          <Choice
            icon={iconOf(place)}
            testId={testIds.ceremonyPlace}
            id={place.id}
            act="choose-place"
            {...(isChoice && isOpenTo(place)
              ? { onChoose: () => onAct({ act: 'choose-place', place: place.id }) }
              : {})}
            {...(props.autofocus && place === first ? AUTOFOCUS : {})}
          >
            <PlaceWords place={place} kind={view.kind} all={places} />
          </Choice>
        </li>
      ))}
    </ul>
  );
}

/** The place that fits best, which the primary button takes. */
export function OnePlace({
  view,
  place,
}: {
  readonly view: CeremonyView;
  readonly place: Place | undefined;
}) {
  if (place === undefined) return null;
  return (
    <Choice
      icon={iconOf(place)}
      testId={testIds.ceremonyPlace}
      id={place.id}
      act="choose-place"
      chosen={isOpenTo(place)}
    >
      <PlaceWords place={place} kind={view.kind} all={[]} />
    </Choice>
  );
}

function PlaceWords(props: { readonly place: Place; readonly kind: Kind; readonly all: readonly Place[] }) {
  const { place, kind, all } = props;
  return (
    <>
      <bdi className={styles['name']}>{placeName(place, all)}</bdi>
      <span className={styles['note']}>{notesOf(place, kind).join(' · ')}</span>
    </>
  );
}

function notesOf(place: Place, kind: Kind): readonly string[] {
  const { is, obstacle, need, alreadyThere } = place;
  // The name of a key is anybody's: it may be called like this device.
  const what = is === 'key' ? [w['any-key']] : [];
  if (is === 'key' && place.opening === true) return [...what, w.opening];
  if (obstacle !== undefined) return [...what, w.obstacle[obstacle]];
  const known = [
    alreadyThere === true ? w.alreadyThere : '',
    need === undefined ? '' : w.need[is === 'device' ? 'device' : 'key'][need],
    is === 'device' && place.unattested === true ? w.unattested : '',
  ].filter((note) => note !== '');
  if (is === 'key' || known.length > 0) return [...what, ...known];
  return [is === 'device' ? w.note.device[kind] : w.note[is]];
}

function isObstructed({ obstacle }: Place): boolean {
  return obstacle !== undefined;
}

function iconOf({ is }: Place): ReactNode {
  switch (is) {
    case 'device':
      return <Laptop24Regular />;
    case 'key':
      return <UsbStick24Regular />;
    case 'any-key':
      return <Key24Regular />;
    case 'phone':
      return <Phone24Regular />;
  }
}
