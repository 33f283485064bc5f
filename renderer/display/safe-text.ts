/** The window's door to what it shares with the command line. */
export { isBlank, ROW_TEXT_LENGTH, safeText, type SafeText } from '../../main/inventory/safe-text';
