import type { ReactNode, RefObject } from 'react';
import { Button } from '@fluentui/react-components';
import { LockClosed28Regular } from '@fluentui/react-icons/svg/lock-closed';
import { PersonPasskey28Regular } from '@fluentui/react-icons/svg/person-passkey';
import { Search28Regular } from '@fluentui/react-icons/svg/search';
import { UsbStick24Regular } from '@fluentui/react-icons/svg/usb-stick';
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
  const query = useWindowState((state) => state.query);
  const place = useWindowState((state) => state.place);
  const { store } = useLatchkey();
  const kind = emptyKind({ keys, all: props.all, shown: 0, query, place });
  if (kind === null) return null;

  const keyAtPlace = keys.find((key) => key.id === place);
  const keyName = safeText(keyAtPlace?.name ?? '', 60).text;
  const shownQuery = safeText(query, 60).text;
  const { title, text } = textOf(kind, shownQuery, keyName);

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

function textOf(
  kind: EmptyKind,
  query: string,
  keyName: string,
): { readonly title: string; readonly text: string } {
  const w = words.passkeys.empty;
  switch (kind) {
    case 'no-key':
      return { title: w.noKeyTitle, text: w.noKeyText };
    case 'waiting':
      return { title: w.waitingTitle, text: w.waitingText };
    case 'locked':
      return { title: w.lockedTitle, text: w.lockedText };
    case 'no-passkeys':
      return { title: w.noPasskeysTitle, text: w.noPasskeysText };
    case 'nothing':
      return { title: w.nothingTitle, text: w.nothingText };
    case 'no-hit':
      return {
        title: w.noHitTitle,
        text: keyName === '' ? w.noHitText(query) : w.noHitPlaceText(query, keyName),
      };
    case 'empty-place':
      return { title: w.emptyPlaceTitle, text: w.emptyPlaceText(keyName) };
  }
}
