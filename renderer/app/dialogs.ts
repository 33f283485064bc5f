/** What is loaded after the first paint, as one piece. */
export { DeleteDialog } from '../passkeys/DeleteDialog';
export { DetailsDialog } from '../passkeys/DetailsDialog';
export { PinDialog } from '../security-keys/PinDialog';
export { ResetDialog } from '../security-keys/ResetDialog';
export { FocusManager } from './FocusManager';
