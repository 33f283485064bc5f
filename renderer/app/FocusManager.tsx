import { useFocusFinders } from '@fluentui/react-components';

/**
 * Keeps Fluent's focus manager alive between dialogs. It hides the page from screen readers while a dialog is open, and
 * it ends with the last component that uses it: ending together with the dialog, it would leave the page hidden for good.
 */
export function FocusManager() {
  useFocusFinders();
  return null;
}
