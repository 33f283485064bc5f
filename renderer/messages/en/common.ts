/** `1,234`. By hand: the first use of the platform's number formatting costs a frame, and this shows at the first paint. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 passkey`, `3 passkeys`. */
export function count(n: number, one: string, many: string): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

let dateFormat: Intl.DateTimeFormat | undefined;
let timeFormat: Intl.DateTimeFormat | undefined;

/** `May 3, 2026`, in the language of these words. Made when first used, see {@link grouped}. */
function date(milliseconds: number): string {
  dateFormat ??= new Intl.DateTimeFormat('en', { dateStyle: 'long' });
  return dateFormat.format(milliseconds);
}

/** `May 3, 2026 at 9:30 AM`, where the person is. */
function dateAndTime(milliseconds: number): string {
  timeFormat ??= new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' });
  return timeFormat.format(milliseconds);
}

export const common = {
  appName: 'Latchkey',
  navigation: 'Pages',
  openNavigation: 'Show page names',
  closeNavigation: 'Hide page names',
  accounts: 'Accounts',
  breadcrumb: 'Where you are',
  pages: {
    passkeys: 'Passkeys',
    'security-keys': 'Security keys',
    browsers: 'Browsers',
    'advanced-options': 'Advanced options',
    'recently-deleted': 'Recently deleted',
  },
  date,
  dateAndTime,
  simulated: 'Simulated',
  close: 'Close',
  cancel: 'Cancel',
  back: 'Back',
  next: 'Next',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Copying did not work. Please try again.',
  copyWhat: (what: string) => `Copy ${what}`,
  notice: 'Message',
  dismiss: 'Dismiss this message',
  loading: 'Loading…',
  internalProblem:
    'Something went wrong inside Latchkey. Please try again; if it happens again, restart Latchkey.',
  connectingTitle: 'Starting',
  failedTitle: 'Latchkey could not start properly',
  failedText:
    'The window cannot reach the rest of the program. Try again, or close Latchkey and open it once more.',
  crashedTitle: 'This page stopped working',
  crashedText: 'Something went wrong while drawing it. Nothing of your passkeys was changed by that.',
  reload: 'Show the page again',
  hiddenCharacters: 'Contains characters that do not show. They appear as �.',
} as const;
