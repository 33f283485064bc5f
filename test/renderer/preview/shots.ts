/** What look.mts draws, page by page. */
import { browsersShots } from './browsers-shots';
import { deleteShots } from './delete-shots';
import { devicePasskeysShots } from './device-passkeys-shots';
import { deviceTasksShots } from './device-tasks-shots';
import { passkeysShots } from './passkeys-shots';
import { securityKeysShots } from './security-keys-shots';
import { advanced, type Shot } from './shot';
import { smallWindowsShots } from './small-windows-shots';

export const shots: readonly Shot[] = [
  ...passkeysShots,
  ...deleteShots,
  ...securityKeysShots,
  ...devicePasskeysShots,
  ...deviceTasksShots,
  ...browsersShots,
  { name: 'advanced', steps: advanced },
  { name: 'simulator', page: 'simulator.html' },
  ...smallWindowsShots,
];
