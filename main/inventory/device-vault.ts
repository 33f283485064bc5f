/** What the inventory wants of the vault. */
import type { Vault } from '../vault/vault';

export type DeviceVault = Pick<
  Vault,
  | 'situation'
  | 'onChange'
  | 'open'
  | 'close'
  | 'setUp'
  | 'lock'
  | 'secretsOpen'
  | 'changePin'
  | 'recover'
  | 'newRecoveryKey'
  | 'passkeys'
  | 'deleted'
  | 'overdue'
  | 'remove'
  | 'restore'
  | 'purge'
  | 'emptyDeleted'
  | 'rename'
  | 'setProtected'
  | 'switchSealing'
  | 'previous'
  | 'restorePrevious'
  | 'putAside'
>;
