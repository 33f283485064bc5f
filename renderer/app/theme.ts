/** Light and dark follow the system. High contrast needs no theme: the system's colours replace ours by themselves. */
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';

/** Every name that a system does not know costs a search of some milliseconds before anything is drawn. */
const fontFamilyBase = "'Segoe UI Variable Text', system-ui, sans-serif";

export const light: Theme = { ...webLightTheme, fontFamilyBase };
export const dark: Theme = { ...webDarkTheme, fontFamilyBase };
