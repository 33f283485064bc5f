import { count } from './common';

const families = { snap: 'Snap', flatpak: 'Flatpak' } as const;

export const browsers = {
  explanation:
    'Connect a browser, and web sites in it can save and use the passkeys of this device and of your security keys. Latchkey asks you each time.',
  list: 'Browsers on this computer',
  loading: 'Looking for browsers…',
  failedTitle: 'Browsers cannot be shown',

  noneInstalled:
    'None of the browsers that Latchkey knows was found on this computer. If you have one of those below in an unusual place, connect it there.',
  others: (n: number) => `Others (${n})`,
  othersText: 'Not found on this computer. One that is in an unusual place can be connected all the same.',

  connect: 'Connect',
  connectAgain: 'Connect again',
  connectHere: 'Connect here…',
  disconnect: 'Disconnect',
  about: (action: string, browser: string) => `${action}: ${browser}`,

  state: {
    absent: 'Not found on this computer',
    confined: (packages: string) => `${packages}: cannot reach Latchkey`,
    'not-connected': 'Not connected',
    waiting: 'Connected, waiting for the extension',
    connected: 'Connected',
    confirm: 'Asks whether it may use Latchkey: answer in the small window',
    'not-allowed': 'Not allowed by you: sites get the browser’s own dialog',
    'older-extension': 'The extension is too old for this Latchkey',
    'newer-extension': 'The extension is newer than this Latchkey',
    outdated: 'No longer connected properly',
    foreign: 'Connected with another program',
    unreadable: 'Cannot be looked at',
  },
  /** For screen readers. */
  news: (browser: string, state: string) => `${browser}: ${state}.`,
  extension: (version: string) => `extension ${version}`,
  profiles: (n: number) => count(n, 'profile', 'profiles'),

  hint: {
    'older-extension': 'Load the new extension as described below, in place of the old one.',
    'newer-extension': 'Update Latchkey; until then sites get the browser’s own dialog.',
    'not-allowed': 'To change that, choose Allow under “Browsers that asked”.',
    outdated:
      'The file that tells the browser about Latchkey is of another version, or the program that it names is gone. Connect again to put that right.',
    foreign: (program: string) =>
      `The file that tells the browser about Latchkey names a program that is not this Latchkey’s: ${program}`,
    foreignUnknown:
      'The file that tells the browser about Latchkey is there, but not written by this Latchkey.',
    fileGone: 'The file that connects it is not there. It stays connected until the browser is closed.',
  },
  confinedOnly: (packages: string, name: string) =>
    `This ${packages} package shuts the browser in, away from programs on this computer. Install ${name} from its maker or from your system to use it with Latchkey.`,
  confinedToo: (packages: string) =>
    `It is also installed as a ${packages} package. That one is shut in and cannot reach Latchkey.`,
  confinedMayReach:
    'The Snap package shuts Firefox in. On some systems it still reaches programs like Latchkey, and asks you first; on others it does not.',
  packages: (confined: readonly ('snap' | 'flatpak')[]) =>
    confined.map((kind) => families[kind]).join(' and '),
  shared: (names: string) => `${names} reads the same file: both are connected and disconnected together.`,

  file: 'File',
  registryKey: 'Registry key',
  program: 'Program',
  path: 'the path of the file',
  key: 'the registry key',

  connectedNotice: (name: string) => `${name} is connected. Now load the extension.`,
  connectedAgainNotice: (name: string) => `${name} is connected.`,
  disconnectedNotice: (name: string) => `${name} is not connected any more.`,

  load: {
    title: 'How to load the extension',
    why: 'The extension is not in the browsers’ stores yet. Until it is, load it by hand:',
    address: 'the address',
    folderOf: 'the folder',
    openFolder: 'Open folder',
    chromium: {
      open: (name: string) => `Go to this address in ${name}:`,
      developer: 'Turn on “Developer mode”.',
      choose: 'Choose “Load unpacked”, and in it this folder:',
    },
    firefox: {
      open: (name: string) => `Go to this address in ${name}:`,
      add: 'Choose “Load Temporary Add-on…”.',
      choose: 'Choose the file manifest.json in this folder:',
      forgets: 'Firefox forgets it when it is closed: load it again after the next start.',
    },
    then: 'It connects when a site first asks for a passkey. The first time, Latchkey asks whether the browser may.',
  },

  unknownTitle: 'Other programs that are connected',
  unknownName: 'A browser that Latchkey does not know',

  decisions: {
    title: 'Browsers that asked',
    text: 'The first time that a browser asks, you decide whether it may. Here you change your mind.',
    none: 'No browser has asked yet.',
    list: 'Browsers that asked',
    allowed: (when: string) => `Allowed on ${when}`,
    denied: (when: string) => `Not allowed since ${when}`,
    allow: 'Allow',
    deny: 'Don’t allow',
    forget: 'Forget',
    unnamed: 'Unnamed browser',
    allowedNotice: (name: string) => `${name} may ask from now on.`,
    deniedNotice: (name: string) => `${name} may not ask any more.`,
    forgottenNotice: (name: string) => `${name} is forgotten. You are asked again when it comes back.`,
  },

  requests: {
    title: 'Recent requests',
    text: 'What sites asked for lately. This list is kept on this computer and sent nowhere.',
    keep: 'Keep this list',
    on: 'On',
    off: 'Off',
    empty: 'Empty…',
    none: 'No site has asked for anything yet.',
    noneOff: 'Nothing is written down while this is off.',
    list: 'Recent requests',
    unknownSite: 'Unknown site',
    kinds: {
      create: 'Save a passkey',
      get: 'Sign in',
      autofill: 'Passkey autofill',
      signal: 'Account update',
    },
    results: {
      saved: 'Saved',
      used: 'Signed in',
      changed: 'Changed',
      'nothing-to-do': 'Nothing to change',
      cancelled: 'Cancelled by you',
      'given-up': 'Given up by the site',
      'handed-over': 'Left to the browser',
      refused: 'Refused',
      failed: 'Failed',
    },
    emptyTitle: 'Empty the list of recent requests?',
    emptyText: (n: number) =>
      `${count(n, 'entry is', 'entries are')} removed. Your passkeys stay as they are.`,
    emptyConfirm: 'Empty',
    emptying: 'Emptying…',
    emptyFailed: 'The list was not emptied',
    emptied: 'The list of recent requests is empty.',
  },

  replace: {
    title: (name: string) => `Connect ${name} with this Latchkey?`,
    text: (name: string) =>
      `${name} is connected with another program under Latchkey’s name. If you go on, its file is replaced, and that program no longer gets what ${name} asks for.`,
    program: (path: string) => `The other program: ${path}`,
    confirm: 'Replace',
    working: 'Replacing…',
    failed: 'Nothing was replaced',
  },
} as const;
