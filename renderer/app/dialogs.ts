/** What is loaded after the first paint, as one piece. */
export { AddSimulatedKeyDialog } from '../advanced-options/AddSimulatedKeyDialog';
export { RemoveSimulatedKeyDialog } from '../advanced-options/RemoveSimulatedKeyDialog';
export { DeleteDialog } from '../passkeys/DeleteDialog';
export { DetailsDialog } from '../passkeys/DetailsDialog';
export { EditDialog } from '../passkeys/EditDialog';
export { PinDialog } from '../security-keys/PinDialog';
export { ResetDialog } from '../security-keys/ResetDialog';
export { FocusManager } from './FocusManager';
