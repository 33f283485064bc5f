import { useEffect, useRef, useState, type ComponentType } from 'react';
import {
  GlobeDesktop20Filled,
  GlobeDesktop20Regular,
} from '@fluentui/react-icons/headless/svg/globe-desktop';
import { Navigation20Regular } from '@fluentui/react-icons/headless/svg/navigation';
import {
  PersonPasskey20Filled,
  PersonPasskey20Regular,
} from '@fluentui/react-icons/headless/svg/person-passkey';
import { Options20Filled, Options20Regular } from '@fluentui/react-icons/headless/svg/options';
import { UsbStick20Filled, UsbStick20Regular } from '@fluentui/react-icons/headless/svg/usb-stick';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import type { Page } from '../store/state';
import { testIds } from '../test-ids';
import styles from './Navigation.module.css';

/** Those that stand in the navigation; the others are reached from one of them. */
type MainPage = Exclude<Page, 'recently-deleted'>;

interface Entry {
  readonly page: MainPage;
  readonly testId: string;
  readonly Icon: ComponentType<{ readonly className?: string }>;
  readonly CurrentIcon: ComponentType<{ readonly className?: string }>;
}

const entries: readonly Entry[] = [
  {
    page: 'passkeys',
    testId: testIds.navPasskeys,
    Icon: PersonPasskey20Regular,
    CurrentIcon: PersonPasskey20Filled,
  },
  {
    page: 'security-keys',
    testId: testIds.navSecurityKeys,
    Icon: UsbStick20Regular,
    CurrentIcon: UsbStick20Filled,
  },
  {
    page: 'browsers',
    testId: testIds.navBrowsers,
    Icon: GlobeDesktop20Regular,
    CurrentIcon: GlobeDesktop20Filled,
  },
  {
    page: 'advanced-options',
    testId: testIds.navAdvancedOptions,
    Icon: Options20Regular,
    CurrentIcon: Options20Filled,
  },
];

/** The pages, on the left. In a narrow window only their icons; the button on top lays the names over the page. */
export function Navigation() {
  const page = useWindowState(({ page: shown }) => (shown === 'recently-deleted' ? 'passkeys' : shown));
  const { store } = useLatchkey();
  const [open, setOpen] = useState(false);
  const nav = useRef<HTMLElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return undefined;
    const pressed = (event: PointerEvent): void => {
      if (event.target instanceof Node && nav.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', pressed);
    return () => document.removeEventListener('pointerdown', pressed);
  }, [open]);

  const go = (next: Page): void => {
    store.setState({ page: next });
    setOpen(false);
  };

  return (
    <nav
      ref={nav}
      className={styles['nav']}
      data-open={open ? '' : undefined}
      data-testid={testIds.nav}
      aria-label={words.common.navigation}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        toggle.current?.focus();
      }}
      onBlur={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget))
          setOpen(false);
      }}
    >
      <div className={styles['head']}>
        <button
          ref={toggle}
          type="button"
          className={styles['toggle']}
          aria-expanded={open}
          aria-label={open ? words.common.closeNavigation : words.common.openNavigation}
          data-testid={testIds.navToggle}
          onClick={() => setOpen(!open)}
        >
          <Navigation20Regular />
        </button>
        <span className={styles['name']}>{words.common.appName}</span>
      </div>
      <ul className={styles['list']}>
        {entries.map(({ page: target, testId, Icon, CurrentIcon }) => (
          <li key={target}>
            <button
              type="button"
              className={styles['entry']}
              aria-current={page === target ? 'page' : undefined}
              data-testid={testId}
              title={words.common.pages[target]}
              onClick={() => go(target)}
            >
              {page === target ? (
                <CurrentIcon className={styles['icon'] ?? ''} />
              ) : (
                <Icon className={styles['icon'] ?? ''} />
              )}
              <span className={styles['label']}>{words.common.pages[target]}</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
