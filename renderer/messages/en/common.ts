/** `1,234`. By hand: the first use of the platform's number formatting costs a frame, and this shows at the first paint. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 passkey`, `3 passkeys`. */
export function count(n: number, one: string, many: string): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
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
  },
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
  crashedText: 'Something went wrong while drawing it. Nothing on your keys was changed by that.',
  reload: 'Show the page again',
  hiddenCharacters: 'Contains characters that do not show. They appear as �.',
} as const;
