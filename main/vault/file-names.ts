/** The files of the vault in its folder. */

export const FILE = 'passkeys.vault';
/** What {@link FILE} was before the last save. */
export const PREVIOUS = 'passkeys.vault.previous';
