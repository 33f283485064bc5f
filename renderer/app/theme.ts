/** Light and dark follow the system. High contrast needs no theme: the system's colours replace ours by themselves. */
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';

const fontFamilyBase =
  "'Segoe UI Variable Text', 'Segoe UI', Inter, -apple-system, BlinkMacSystemFont, system-ui, 'Noto Sans', 'Liberation Sans', sans-serif";

export const light: Theme = { ...webLightTheme, fontFamilyBase };
export const dark: Theme = { ...webDarkTheme, fontFamilyBase };
