/** Made by `npm run kit` from the code; changes belong there. */
/** `data-testid` of everything that a test needs to find. They are stable: words may change, these do not. */
export const testIds: {
  readonly shell: 'shell';
  readonly nav: 'nav';
  readonly navToggle: 'nav-toggle';
  readonly navPasskeys: 'nav-passkeys';
  readonly navSecurityKeys: 'nav-security-keys';
  readonly navBrowsers: 'nav-browsers';
  readonly navAdvancedOptions: 'nav-advanced-options';
  readonly pageTitle: 'page-title';
  readonly notice: 'notice';
  readonly noticeDismiss: 'notice-dismiss';
  readonly announcer: 'announcer';
  readonly connectionFailed: 'connection-failed';
  readonly connectionRetry: 'connection-retry';
  readonly passkeysPage: 'passkeys-page';
  readonly passkeysHelp: 'passkeys-help';
  readonly refresh: 'passkeys-refresh';
  readonly search: 'passkeys-search';
  readonly place: 'passkeys-place';
  readonly order: 'passkeys-order';
  readonly count: 'passkeys-count';
  readonly selectAll: 'passkeys-select-all';
  readonly selectionCount: 'passkeys-selection-count';
  readonly clearSelection: 'passkeys-clear-selection';
  readonly deleteSelected: 'passkeys-delete-selected';
  readonly list: 'passkeys-list';
  readonly row: 'passkey-row';
  readonly rowCheckbox: 'passkey-row-checkbox';
  readonly rowMenu: 'passkey-row-menu';
  readonly rowSite: 'passkey-row-site';
  readonly rowUser: 'passkey-row-user';
  readonly rowPlace: 'passkey-row-place';
  readonly menuDelete: 'passkey-menu-delete';
  readonly menuDetails: 'passkey-menu-details';
  readonly menuEdit: 'passkey-menu-edit';
  readonly empty: 'passkeys-empty';
  readonly emptyAction: 'passkeys-empty-action';
  readonly keyCard: 'key-card';
  readonly keyCardUnlock: 'key-card-unlock';
  readonly keyCardSetPin: 'key-card-set-pin';
  readonly keyCardChangePin: 'key-card-change-pin';
  readonly keyCardReset: 'key-card-reset';
  readonly keyCardRetry: 'key-card-retry';
  readonly keyCardStop: 'key-card-stop';
  readonly keyCardAbout: 'key-card-about';
  readonly keyCardProgress: 'key-card-progress';
  readonly udevRule: 'udev-rule';
  readonly udevCopy: 'udev-copy';
  readonly windowsHelp: 'windows-help';
  readonly simulatedBadge: 'simulated-badge';
  readonly details: 'details-dialog';
  readonly detailsField: 'details-field';
  readonly detailsCopy: 'details-copy';
  readonly detailsDelete: 'details-delete';
  readonly detailsEdit: 'details-edit';
  readonly detailsClose: 'details-close';
  readonly edit: 'edit-dialog';
  readonly editUserName: 'edit-user-name';
  readonly editDisplayName: 'edit-display-name';
  readonly editSave: 'edit-save';
  readonly editNextStep: 'edit-next-step';
  readonly editClose: 'edit-close';
  readonly delete: 'delete-dialog';
  readonly deleteItem: 'delete-item';
  readonly deleteConfirm: 'delete-confirm';
  readonly deleteCancel: 'delete-cancel';
  readonly deleteProgress: 'delete-progress';
  readonly deleteOutcome: 'delete-outcome';
  readonly deleteAgain: 'delete-again';
  readonly deleteUnlock: 'delete-unlock';
  readonly deleteClose: 'delete-close';
  readonly pin: 'pin-dialog';
  readonly pinCurrent: 'pin-current';
  readonly pinNew: 'pin-new';
  readonly pinAgain: 'pin-again';
  readonly pinShow: 'pin-show';
  readonly pinSubmit: 'pin-submit';
  readonly pinCancel: 'pin-cancel';
  readonly pinUsePin: 'pin-use-pin';
  readonly pinUseSensor: 'pin-use-sensor';
  readonly pinProblem: 'pin-problem';
  readonly pinNextStep: 'pin-next-step';
  readonly pinClose: 'pin-close';
  readonly reset: 'reset-dialog';
  readonly resetUnderstood: 'reset-understood';
  readonly resetStart: 'reset-start';
  readonly resetCancel: 'reset-cancel';
  readonly resetStep: 'reset-step';
  readonly resetAgain: 'reset-again';
  readonly resetSetPin: 'reset-set-pin';
  readonly resetClose: 'reset-close';
  readonly securityKeysPage: 'security-keys-page';
  readonly key: 'security-key';
  readonly keyHeader: 'security-key-header';
  readonly keyState: 'security-key-state';
  readonly keyFirmware: 'security-key-firmware';
  readonly keyPin: 'security-key-pin';
  readonly keySlots: 'security-key-slots';
  readonly keyFact: 'security-key-fact';
  readonly keyOddity: 'security-key-oddity';
  readonly keyUnlock: 'security-key-unlock';
  readonly keyLock: 'security-key-lock';
  readonly keyRefresh: 'security-key-refresh';
  readonly keySetPin: 'security-key-set-pin';
  readonly keyChangePin: 'security-key-change-pin';
  readonly keyReset: 'security-key-reset';
  readonly keyStop: 'security-key-stop';
  readonly keysEmpty: 'security-keys-empty';
  readonly browsersPage: 'browsers-page';
  readonly browsersGo: 'browsers-go';
  readonly advancedPage: 'advanced-options-page';
  readonly advancedVersion: 'advanced-version';
  readonly advancedElectron: 'advanced-electron';
  readonly advancedAutoLock: 'advanced-auto-lock';
  readonly testers: 'testers';
  readonly testersAdd: 'testers-add';
  readonly testersShowSimulator: 'testers-show-simulator';
  readonly testersKey: 'testers-key';
  readonly testersKeyPlug: 'testers-key-plug';
  readonly testersKeyRemove: 'testers-key-remove';
  readonly addKey: 'add-simulated-key-dialog';
  readonly addKeyProfile: 'add-simulated-key-profile';
  readonly addKeyName: 'add-simulated-key-name';
  readonly addKeyPin: 'add-simulated-key-pin';
  readonly addKeyPasskeys: 'add-simulated-key-passkeys';
  readonly addKeyProblem: 'add-simulated-key-problem';
  readonly addKeyConfirm: 'add-simulated-key-confirm';
  readonly addKeyCancel: 'add-simulated-key-cancel';
  readonly removeKey: 'remove-simulated-key-dialog';
  readonly removeKeyConfirm: 'remove-simulated-key-confirm';
  readonly removeKeyCancel: 'remove-simulated-key-cancel';
  readonly simulator: 'simulator';
  readonly simulatedKey: 'simulated-key';
  readonly simulatedKeyState: 'simulated-key-state';
  readonly simulatedTouch: 'simulated-key-touch';
  readonly simulatedQuirks: 'simulated-key-quirks';
  readonly simulatedWrongFinger: 'simulated-key-wrong-finger';
  readonly simulatedTouchBadly: 'simulated-key-touch-badly';
  readonly simulatedRefuse: 'simulated-key-refuse';
  readonly simulatedPlug: 'simulated-key-plug';
};
/** The kinds of keys that can be simulated. */
export type ProfileName = '2.1' | '2.0' | '2.1-preview' | '2.3' | 'fingerprint' | 'nearly-full' | 'u2f';
export const profiles: readonly ProfileName[];
/** The misbehaviours of keys. */
export type QuirkName =
  | 'truncated-cbor'
  | 'deep-cbor'
  | 'wrong-types'
  | 'status'
  | 'empty-body-for-nothing'
  | 'no-credentials-for-metadata'
  | 'delete-pretends'
  | 'delete-denies'
  | 'four-billion'
  | 'misordered-keys'
  | 'cut-text'
  | 'garbage-info'
  | 'hostile-text'
  | 'retries-go-up'
  | 'user-name-as-rp-name'
  | 'update-unknown'
  | 'always-uv-after-pin'
  | 'keepalives-for-ever'
  | 'never-answers'
  | 'foreign-channel'
  | 'foreign-chatter'
  | 'wrong-sequence'
  | 'channel-busy'
  | 'busy-while-waiting'
  | 'slow-keepalives'
  | 'no-permission'
  | 'unplug-at-report'
  | 'unplug-at-request';
export const quirks: readonly QuirkName[];
