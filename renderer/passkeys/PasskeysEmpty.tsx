import type { ReactNode, RefObject } from 'react';
import { LockClosed28Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { PersonPasskey28Regular } from '@fluentui/react-icons/headless/svg/person-passkey';
import { Search28Regular } from '@fluentui/react-icons/headless/svg/search';
import { UsbStick24Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import { Button } from '../controls/Button';
import { DEVICE } from '../device/device-id';
import { EmptyState } from '../app/EmptyState';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { emptyKind, type EmptyKind } from './page-state';
import { ALL_PLACES } from './passkey-list';

const icons: Readonly<Record<EmptyKind, ReactNode>> = {
  'no-key': <UsbStick24Regular fontSize={32} />,
  waiting: <PersonPasskey28Regular />,
  locked: <LockClosed28Regular />,
  'no-passkeys': <PersonPasskey28Regular />,
  nothing: <PersonPasskey28Regular />,
  'no-hit': <Search28Regular />,
  'empty-place': <PersonPasskey28Regular />,
};

/** The list with nothing in it: says why, and what to do. */
export function PasskeysEmpty(props: {
  readonly all: number;
  readonly search: RefObject<HTMLInputElement | null>;
}) {
  const keys = useWindowState((state) => state.keys);
  const device = useWindowState((state) => state.device);
  const query = useWindowState((state) => state.query);
  const place = useWindowState((state) => state.place);
  const { store } = useLatchkey();
  const kind = emptyKind({ keys, device, all: props.all, shown: 0, query, place });
  if (kind === null) return null;

  const keyAtPlace = keys.find((key) => key.id === place);
  const keyName = place === DEVICE ? words.device.name : safeText(keyAtPlace?.name ?? '', 60).text;
  const shownQuery = safeText(query, 60).text;
  const { title, text } = textOf(kind, {
    query: shownQuery,
    place: keyName,
    isDevice: place === DEVICE,
    canSetUp: device?.state === 'absent' && device.enabled,
    deviceIsOpen: device?.state === 'open',
    noKeys: keys.length === 0,
  });

  const clearSearch = (): void => {
    store.setState({ query: '' });
    props.search.current?.focus();
  };
  const action =
    kind === 'no-hit' ? (
      <Button data-testid={testIds.emptyAction} onClick={clearSearch}>
        {words.passkeys.empty.clearSearch}
      </Button>
    ) : place !== ALL_PLACES ? (
      <Button data-testid={testIds.emptyAction} onClick={() => store.setState({ place: ALL_PLACES })}>
        {words.passkeys.empty.showAll}
      </Button>
    ) : undefined;

  return (
    <EmptyState
      testId={testIds.empty}
      kind={kind}
      title={title}
      text={text}
      icon={icons[kind]}
      action={action}
    />
  );
}

interface Around {
  readonly query: string;
  /** Empty for everywhere. */
  readonly place: string;
  readonly isDevice: boolean;
  readonly canSetUp: boolean;
  readonly deviceIsOpen: boolean;
  readonly noKeys: boolean;
}

function textOf(kind: EmptyKind, around: Around): { readonly title: string; readonly text: string } {
  const w = words.passkeys.empty;
  switch (kind) {
    case 'no-key':
      return { title: w.noKeyTitle, text: around.canSetUp ? w.noKeySetUpText : w.noKeyText };
    case 'waiting':
      return { title: w.waitingTitle, text: around.noKeys ? w.waitingDeviceText : w.waitingText };
    case 'locked':
      return { title: w.lockedTitle, text: w.lockedText };
    case 'no-passkeys':
      return {
        title: w.noPasskeysTitle,
        text: around.deviceIsOpen ? w.noPasskeysDeviceText : w.noPasskeysText,
      };
    case 'nothing':
      return { title: w.nothingTitle, text: w.nothingText };
    case 'no-hit':
      return {
        title: w.noHitTitle,
        text: around.place === '' ? w.noHitText(around.query) : w.noHitPlaceText(around.query, around.place),
      };
    case 'empty-place':
      return around.isDevice
        ? { title: w.emptyDeviceTitle, text: w.emptyDeviceText }
        : { title: w.emptyPlaceTitle, text: w.emptyPlaceText(around.place) };
  }
}
