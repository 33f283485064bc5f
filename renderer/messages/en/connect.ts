/** The question whether a browser may ask for passkeys. */
export const connect = {
  title: (browser: string) =>
    `Let ${browser === '' ? 'this browser' : `\u2068${browser}\u2069`} use passkeys of Latchkey?`,
  text: 'A site that is open in this browser wants to save or use a passkey. If you allow it, sites in this browser can ask Latchkey from now on.',
  everyTime: 'You still confirm every passkey that is saved or used.',
  site: 'Asks now',
  program: 'Program',
  unknownProgram: 'Your system does not say',
  extension: 'Extension',
  later: 'You can change this at any time under Browsers.',
  allow: 'Allow',
  deny: 'Don’t allow',
  notNow: 'Not now',
  failed: 'Latchkey did not take that. Close this window and try again.',
};
