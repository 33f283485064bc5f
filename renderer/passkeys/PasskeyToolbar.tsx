import { memo, useEffect, useRef, type RefObject } from 'react';
import { Delete20Regular } from '@fluentui/react-icons/headless/svg/delete';
import { FOCUS_FALLBACK } from '../app/focus';
import { Button } from '../controls/Button';
import { SearchBox } from '../controls/SearchBox';
import { Select } from '../controls/Select';
import { DEVICE } from '../device/device-id';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { openDelete, selectedPasskeys } from './open-dialogs';
import { ALL_PLACES, type SortOrder } from './passkey-list';
import { NOTHING_SELECTED, shownState, withAll, without } from './selection';
import styles from './PasskeyToolbar.module.css';

/** Search, filter and sort; below it how many there are and what to do with the selected ones. Stays in view. */
export function PasskeyToolbar(props: {
  readonly searchRef: RefObject<HTMLInputElement | null>;
  readonly ids: readonly string[];
  readonly all: number;
}) {
  return (
    <div className={styles['toolbar']} data-sticky-toolbar="">
      <div className={styles['controls']}>
        <Search searchRef={props.searchRef} />
        <PlaceAndOrder />
      </div>
      <SelectionLine ids={props.ids} all={props.all} />
    </div>
  );
}

function Search({ searchRef }: { readonly searchRef: RefObject<HTMLInputElement | null> }) {
  const query = useWindowState((state) => state.query);
  const { store } = useLatchkey();
  return (
    <SearchBox
      inputRef={searchRef}
      className={styles['search'] ?? ''}
      value={query}
      placeholder={words.passkeys.search}
      aria-label={words.passkeys.search}
      clearLabel={words.passkeys.clearSearch}
      data-testid={testIds.search}
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      onChange={(value) => store.setState({ query: value })}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && query !== '') {
          event.stopPropagation();
          store.setState({ query: '' });
        }
        if (event.key === 'ArrowDown') {
          const row = document.querySelector<HTMLElement>('[role="row"][tabindex="0"]');
          if (row !== null) {
            event.preventDefault();
            row.focus();
          }
        }
      }}
      {...{ [FOCUS_FALLBACK]: '2' }}
    />
  );
}

const PlaceAndOrder = memo(function PlaceAndOrder() {
  const keys = useWindowState((state) => state.keys);
  const hasDevice = useWindowState((state) => state.device?.state === 'open');
  const place = useWindowState((state) => state.place);
  const order = useWindowState((state) => state.order);
  const { store } = useLatchkey();
  return (
    <>
      <label className={styles['choice']}>
        <span className={styles['choiceLabel']}>{words.passkeys.place}</span>
        <Select
          value={place}
          className={styles['select'] ?? ''}
          data-testid={testIds.place}
          onChange={(value) => store.setState({ place: value })}
        >
          <option value={ALL_PLACES}>{words.passkeys.everywhere}</option>
          {hasDevice && <option value={DEVICE}>{words.device.name}</option>}
          {keys.map((key) => (
            <option key={key.id} value={key.id}>
              {safeText(key.name, 60).text + (key.simulated ? ` (${words.common.simulated})` : '')}
            </option>
          ))}
        </Select>
      </label>
      <label className={styles['choice']}>
        <span className={styles['choiceLabel']}>{words.passkeys.sort}</span>
        <Select
          value={order}
          className={styles['select'] ?? ''}
          data-testid={testIds.order}
          onChange={(value) =>
            store.setState({ order: value === 'user' ? 'user' : ('site' satisfies SortOrder) })
          }
        >
          <option value="site">{words.passkeys.sortBy.site}</option>
          <option value="user">{words.passkeys.sortBy.user}</option>
        </Select>
      </label>
    </>
  );
});

function SelectionLine({ ids, all }: { readonly ids: readonly string[]; readonly all: number }) {
  const selection = useWindowState((state) => state.selection);
  const { store } = useLatchkey();
  const checkbox = useRef<HTMLInputElement>(null);
  const state = shownState(selection, ids);

  useEffect(() => {
    if (checkbox.current !== null) checkbox.current.indeterminate = state === 'some';
  }, [state]);

  const shown = new Set(selection.size === 0 ? [] : ids);
  const hidden = [...selection].filter((id) => !shown.has(id)).length;

  return (
    <div className={styles['line']}>
      <label className={styles['all']}>
        <input
          ref={checkbox}
          type="checkbox"
          checked={state === 'all'}
          disabled={ids.length === 0}
          data-testid={testIds.selectAll}
          aria-label={words.passkeys.selectAllShown(ids.length)}
          onChange={() =>
            store.setState({ selection: state === 'all' ? without(selection, ids) : withAll(selection, ids) })
          }
        />
        <span aria-hidden="true">{words.passkeys.selectAll}</span>
      </label>
      {selection.size === 0 ? (
        <span className={styles['count']} data-testid={testIds.count}>
          {ids.length === all ? words.passkeys.shownCount(all) : words.passkeys.foundCount(ids.length, all)}
        </span>
      ) : (
        <div className={styles['selected']}>
          <span className={styles['count']} data-testid={testIds.selectionCount}>
            {words.passkeys.selectedCount(selection.size, hidden)}
          </span>
          <Button
            size="small"
            appearance="subtle"
            data-testid={testIds.clearSelection}
            onClick={() => store.setState({ selection: NOTHING_SELECTED })}
          >
            {words.passkeys.clearSelection}
          </Button>
          <Button
            size="small"
            icon={<Delete20Regular />}
            data-testid={testIds.deleteSelected}
            onClick={() => openDelete(store, selectedPasskeys(store))}
          >
            {words.passkeys.deleteSelected}
          </Button>
        </div>
      )}
    </div>
  );
}
