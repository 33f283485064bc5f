import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent as ReactKeyboardEvent,
} from 'react';
import { Delete20Regular } from '@fluentui/react-icons/headless/svg/delete';
import { Edit20Regular } from '@fluentui/react-icons/headless/svg/edit';
import { LockClosed20Regular } from '@fluentui/react-icons/headless/svg/lock-closed';
import { LockOpen20Regular } from '@fluentui/react-icons/headless/svg/lock-open';
import { Info20Regular } from '@fluentui/react-icons/headless/svg/info';
import type { PasskeyView } from '../../preload/contract';
import { DEVICE } from '../device/device-id';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { accountName, siteName } from './names';
import { openDelete, openDetails, openEdit } from './open-dialogs';
import { setProtected } from './set-protected';
import { menuTarget, placeMenu } from './row-menu';
import styles from './RowMenu.module.css';

/**
 * The one `…` menu of the list, drawn at the row that asked for it. Not Fluent's: for two entries its positioning and
 * focus machinery would be a third of the program, and its focus guards are an accessibility fault of their own.
 */
export function RowMenu(props: {
  readonly passkey: PasskeyView;
  readonly target: HTMLElement;
  readonly onClose: () => void;
}) {
  const { passkey, target, onClose } = props;
  const { store, api } = useLatchkey();
  const onDevice = passkey.keyId === DEVICE;

  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ readonly top: number; readonly left: number } | null>(null);

  useLayoutEffect(() => {
    const size = menu.current?.getBoundingClientRect();
    if (size === undefined) return;
    setPlace(
      placeMenu(target.getBoundingClientRect(), size, {
        width: window.innerWidth,
        height: window.innerHeight,
      }),
    );
    items(menu.current)[0]?.focus({ preventScroll: true });
  }, [target]);

  useEffect(() => {
    const pressed = (event: PointerEvent): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) === false) onClose();
    };
    document.addEventListener('pointerdown', pressed, true);
    window.addEventListener('resize', onClose);
    window.addEventListener('blur', onClose);
    document.addEventListener('wheel', onClose, { passive: true });
    return () => {
      document.removeEventListener('pointerdown', pressed, true);
      window.removeEventListener('resize', onClose);
      window.removeEventListener('blur', onClose);
      document.removeEventListener('wheel', onClose);
    };
  }, [onClose]);

  const keyPressed = (event: ReactKeyboardEvent): void => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
      return;
    }
    const all = items(menu.current);
    const next = menuTarget(
      event.key,
      all.findIndex((item) => item === document.activeElement),
      all.length,
    );
    if (next === null) return;
    event.preventDefault();
    all[next]?.focus();
  };
  const choose = (act: () => void): void => {
    onClose();
    act();
  };

  return (
    <div
      ref={menu}
      role="menu"
      aria-label={words.passkeys.moreFor(siteName(passkey), accountName(passkey))}
      className={styles['menu']}
      style={place ?? { opacity: 0 }}
      onKeyDown={keyPressed}
    >
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        data-testid={testIds.menuDetails}
        onClick={() => choose(() => openDetails(store, passkey))}
      >
        <Info20Regular aria-hidden="true" />
        {words.passkeys.menuDetails}
      </button>
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        data-testid={testIds.menuEdit}
        onClick={() => choose(() => openEdit(store, passkey))}
      >
        <Edit20Regular aria-hidden="true" />
        {words.passkeys.menuEdit}
      </button>
      {onDevice && (
        <ProtectItem
          passkey={passkey}
          onChoose={(on) => choose(() => void setProtected(store, api, passkey, on))}
        />
      )}
      {passkey.notRemovable === undefined ? (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          data-testid={testIds.menuDelete}
          onClick={() => choose(() => openDelete(store, [passkey]))}
        >
          <Delete20Regular aria-hidden="true" />
          {words.passkeys.menuDelete}
        </button>
      ) : (
        // In the order of the arrow keys, so that everybody comes past the reason.
        <div
          role="menuitem"
          aria-disabled="true"
          tabIndex={-1}
          className={styles['kept']}
          data-testid={testIds.menuKept}
        >
          <bdi>{safeText(passkey.notRemovable, 200).text}</bdi>
        </div>
      )}
    </div>
  );
}

/** The mark that somebody sets by hand; what the system itself keeps has none. */
function ProtectItem(props: { readonly passkey: PasskeyView; readonly onChoose: (on: boolean) => void }) {
  const isProtected = props.passkey.protected === true;
  if (!isProtected && props.passkey.notRemovable !== undefined) return null;
  const Icon = isProtected ? LockOpen20Regular : LockClosed20Regular;
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      data-testid={testIds.menuProtect}
      onClick={() => props.onChoose(!isProtected)}
    >
      <Icon aria-hidden="true" />
      {isProtected ? words.device.protect.menuUnprotect : words.device.protect.menuProtect}
    </button>
  );
}

function items(menu: HTMLElement | null): readonly HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
}
