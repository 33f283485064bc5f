/** Light and dark follow the system. High contrast needs no theme: the system's colours replace ours by themselves. */
import { useSyncExternalStore } from 'react';
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';

const fontFamilyBase =
  "'Segoe UI Variable Text', 'Segoe UI', Inter, -apple-system, BlinkMacSystemFont, system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";

const light: Theme = { ...webLightTheme, fontFamilyBase };
const dark: Theme = { ...webDarkTheme, fontFamilyBase };

/** Whether a media query holds now, and again whenever that changes. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

export function useSystemTheme(): Theme {
  return useMediaQuery('(prefers-color-scheme: dark)') ? dark : light;
}
