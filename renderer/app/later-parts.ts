/** What is loaded after the first paint, as one piece: the other pages, dialogs, and all that Fluent draws. */
export { MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components';
export { AdvancedOptionsPage } from '../advanced-options/AdvancedOptionsPage';
export { BrowsersPage } from '../browsers/BrowsersPage';
export { RecentlyDeletedPage } from '../passkeys/RecentlyDeletedPage';
export { SecurityKeysPage } from '../security-keys/SecurityKeysPage';
export { Dialogs } from './Dialogs';
export { Fluent } from './Fluent';
