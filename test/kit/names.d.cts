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
  readonly pageParent: 'page-parent';
  readonly notice: 'notice';
  readonly noticeDismiss: 'notice-dismiss';
  readonly announcer: 'announcer';
  readonly connectionFailed: 'connection-failed';
  readonly connectionRetry: 'connection-retry';
  readonly passkeysPage: 'passkeys-page';
  readonly passkeysHelp: 'passkeys-help';
  readonly ownNamesNotice: 'own-names-notice';
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
  readonly rowOwnName: 'passkey-row-own-name';
  readonly rowPlace: 'passkey-row-place';
  readonly rowBackup: 'passkey-row-backup';
  readonly rowKept: 'passkey-row-not-removable';
  readonly menuDelete: 'passkey-menu-delete';
  readonly menuDetails: 'passkey-menu-details';
  readonly menuEdit: 'passkey-menu-edit';
  readonly menuProtect: 'passkey-menu-protect';
  readonly menuKept: 'passkey-menu-not-removable';
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
  readonly deviceCard: 'device-card';
  readonly deviceCardSetUp: 'device-card-set-up';
  readonly deviceCardPassphrase: 'device-card-passphrase';
  readonly deviceCardRetry: 'device-card-retry';
  readonly deviceCardRestore: 'device-card-restore';
  readonly deviceCardStartAnew: 'device-card-start-anew';
  readonly deviceCardRecover: 'device-card-recover';
  readonly deviceCardDeleted: 'device-card-deleted';
  readonly deviceCardOptions: 'device-card-options';
  readonly udevRule: 'udev-rule';
  readonly udevCopy: 'udev-copy';
  readonly windowsHelp: 'windows-help';
  readonly simulatedBadge: 'simulated-badge';
  readonly details: 'details-dialog';
  readonly detailsField: 'details-field';
  readonly detailsTechnical: 'details-technical';
  readonly detailsCopy: 'details-copy';
  readonly detailsDelete: 'details-delete';
  readonly detailsEdit: 'details-edit';
  readonly detailsClose: 'details-close';
  readonly edit: 'edit-dialog';
  readonly editOwnName: 'edit-own-name';
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
  readonly deletePartly: 'delete-partly';
  readonly deletedPage: 'recently-deleted-page';
  readonly deletedList: 'recently-deleted-list';
  readonly deletedRow: 'recently-deleted-row';
  readonly deletedDays: 'recently-deleted-days';
  readonly deletedRestore: 'recently-deleted-restore';
  readonly deletedPurge: 'recently-deleted-purge';
  readonly deletedEmpty: 'recently-deleted-empty';
  readonly deletedCount: 'recently-deleted-count';
  readonly deletedNothing: 'recently-deleted-nothing';
  readonly deletedGo: 'recently-deleted-go';
  readonly purge: 'purge-dialog';
  readonly purgeConfirm: 'purge-confirm';
  readonly purgeClose: 'purge-close';
  readonly setUp: 'set-up-dialog';
  readonly setUpPassphrase: 'set-up-passphrase';
  readonly setUpNext: 'set-up-next';
  readonly setUpBack: 'set-up-back';
  readonly setUpUsePassphrase: 'set-up-use-passphrase';
  readonly setUpAgain: 'set-up-again';
  readonly setUpCancel: 'set-up-cancel';
  readonly recovery: 'recovery-key-dialog';
  readonly recoveryKey: 'recovery-key';
  readonly recoveryPrint: 'recovery-key-print';
  readonly recoverySave: 'recovery-key-save';
  readonly recoveryCopy: 'recovery-key-copy';
  readonly recoveryKept: 'recovery-key-kept';
  readonly recoveryNext: 'recovery-key-next';
  readonly recoveryGroup: 'recovery-key-group';
  readonly recoveryFinish: 'recovery-key-finish';
  readonly recoveryBack: 'recovery-key-back';
  readonly recoveryStay: 'recovery-key-stay';
  readonly recoveryLeave: 'recovery-key-leave';
  readonly deviceTask: 'device-task-dialog';
  readonly pinWait: 'pin-wait';
  readonly pinForgotten: 'pin-forgotten';
  readonly passphraseForgotten: 'passphrase-forgotten';
  readonly recoveryTyped: 'recovery-key-typed';
  readonly passphrase: 'passphrase';
  readonly passphraseNew: 'passphrase-new';
  readonly passphraseAgain: 'passphrase-again';
  readonly anew: 'start-anew-dialog';
  readonly anewConfirm: 'start-anew-confirm';
  readonly anewClose: 'start-anew-close';
  readonly previous: 'previous-dialog';
  readonly previousConfirm: 'previous-confirm';
  readonly previousAgain: 'previous-again';
  readonly previousClose: 'previous-close';
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
  readonly browsersFailed: 'browsers-failed';
  readonly browsersAgain: 'browsers-again';
  readonly browsersProblem: 'browsers-problem';
  readonly browsersOthers: 'browsers-others';
  readonly browsersUnknown: 'browsers-unknown';
  readonly browsersConfirm: 'browsers-confirm';
  readonly browsersCancel: 'browsers-cancel';
  readonly browser: 'browser';
  readonly browserState: 'browser-state';
  readonly browserAction: 'browser-action';
  readonly browserHint: 'browser-hint';
  readonly browserFile: 'browser-file';
  readonly browserCopyFile: 'browser-copy-file';
  readonly browserCopyKey: 'browser-copy-key';
  readonly browserLoad: 'browser-load-extension';
  readonly browserCopyAddress: 'browser-copy-address';
  readonly browserFolder: 'browser-extension-folder';
  readonly browserCopyFolder: 'browser-copy-folder';
  readonly browserOpenFolder: 'browser-open-folder';
  readonly browserDecisions: 'browser-decisions';
  readonly browserDecision: 'browser-decision';
  readonly browserDecide: 'browser-decide';
  readonly browserForget: 'browser-forget';
  readonly requests: 'requests';
  readonly requestsKeep: 'requests-keep';
  readonly requestsEmpty: 'requests-empty';
  readonly requestsNone: 'requests-none';
  readonly request: 'request';
  readonly replaceManifest: 'replace-manifest-dialog';
  readonly emptyRequests: 'empty-requests-dialog';
  readonly connect: 'connect';
  readonly connectAllow: 'connect-allow';
  readonly connectDeny: 'connect-deny';
  readonly connectLater: 'connect-later';
  readonly advancedPage: 'advanced-options-page';
  readonly advancedVersion: 'advanced-version';
  readonly advancedElectron: 'advanced-electron';
  readonly advancedAutoLock: 'advanced-auto-lock';
  readonly deviceOptions: 'device-options';
  readonly deviceSetUp: 'device-set-up';
  readonly devicePasskeys: 'device-go-to-passkeys';
  readonly deviceEnabled: 'device-enabled';
  readonly deviceLock: 'device-lock';
  readonly deviceLockText: 'device-lock-text';
  readonly deviceAutoLock: 'device-auto-lock';
  readonly deviceChangePin: 'device-change-pin';
  readonly deviceRecover: 'device-recover';
  readonly deviceNewRecoveryKey: 'device-new-recovery-key';
  readonly deviceSealing: 'device-sealing';
  readonly deviceSwitchSealing: 'device-switch-sealing';
  readonly devicePath: 'device-path';
  readonly deviceShowFolder: 'device-show-folder';
  readonly deviceRestorePrevious: 'device-restore-previous';
  readonly deviceStartAnew: 'device-start-anew';
  readonly deviceDeleted: 'device-deleted';
  readonly deviceSettingsNotice: 'device-settings-notice';
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
  readonly ceremony: 'ceremony';
  readonly ceremonySite: 'ceremony-site';
  readonly ceremonyOrigin: 'ceremony-origin';
  readonly ceremonyTitle: 'ceremony-title';
  readonly ceremonyText: 'ceremony-text';
  readonly ceremonyAccount: 'ceremony-account';
  readonly ceremonyPlace: 'ceremony-place';
  readonly ceremonyKey: 'ceremony-key';
  readonly ceremonyOwnName: 'ceremony-own-name';
  readonly ceremonyNotKept: 'ceremony-own-name-not-kept';
  readonly ceremonySubmit: 'ceremony-submit';
  readonly ceremonyUsePin: 'ceremony-use-pin';
  readonly ceremonyRetry: 'ceremony-retry';
  readonly ceremonyGoOn: 'ceremony-go-on';
  readonly ceremonyDone: 'ceremony-done';
  readonly ceremonyBack: 'ceremony-back';
  readonly ceremonyCancel: 'ceremony-cancel';
  readonly ceremonyAnotherDevice: 'ceremony-use-another-device';
  readonly ceremonyBrowsersDialog: 'ceremony-use-browsers-dialog';
  readonly ceremonyOpenLatchkey: 'ceremony-open-latchkey';
  readonly ceremonyFailed: 'ceremony-failed';
  readonly autofill: 'autofill';
  readonly autofillSite: 'autofill-site';
  readonly autofillAccount: 'autofill-account';
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
