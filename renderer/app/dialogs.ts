/** What is loaded after the first paint, as one piece. */
export { AddSimulatedKeyDialog } from '../advanced-options/AddSimulatedKeyDialog';
export { RemoveSimulatedKeyDialog } from '../advanced-options/RemoveSimulatedKeyDialog';
export { EmptyRequestsDialog, ReplaceManifestDialog } from '../browsers/BrowsersDialogs';
export { RestorePreviousDialog } from '../device/RestorePreviousDialog';
export { SetUpDialog } from '../device/SetUpDialog';
export { StartAnewDialog } from '../device/StartAnewDialog';
export { TaskOfDeviceDialog } from '../device/TaskOfDeviceDialog';
export { DeleteDialog } from '../passkeys/DeleteDialog';
export { DetailsDialog } from '../passkeys/DetailsDialog';
export { EditDialog } from '../passkeys/EditDialog';
export { PurgeDialog } from '../passkeys/PurgeDialog';
export { PinDialog } from '../security-keys/PinDialog';
export { ResetDialog } from '../security-keys/ResetDialog';
export { FocusManager } from './FocusManager';
