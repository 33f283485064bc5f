/**
 * Who may import whom: the rooms of the house (docs: design, "The rooms"). An allow-list. The first room that a file
 * fits is its room; a file that fits none is an error, so a new folder starts by being written down here.
 *
 * - `files`: folders (with a slash at the end) and single files.
 * - `may`: what its files may import besides each other. Folders and files of the project, `npm:` packages (a star at
 *   the end stands for anything), `node:` modules. `ANYTHING` is not checked.
 * - `mayTypes`: what they may import with `import type` only.
 *
 * @typedef {object} Room
 * @property {readonly string[]} files
 * @property {readonly string[] | 'anything'} may
 * @property {readonly string[]} [mayTypes]
 */

const ports = 'native/ports.ts';
const contracts = [
  'preload/contract.ts',
  'preload/device-contract.ts',
  'preload/ceremony-contract.ts',
  'preload/autofill-contract.ts',
  'preload/connect-contract.ts',
  'preload/simulator-contract.ts',
  'preload/browsers-contract.ts',
];
/** Modules of Node that only compute. What touches the system goes through a port. */
const pureNode = ['node:buffer', 'node:crypto', 'node:util'];
const cryptography = 'npm:@noble/*';
const validator = 'npm:valibot';
const electron = 'npm:electron';

/** The rooms that know CTAP and WebAuthn, but not what a person sees. */
const machinery = ['main/ctap/', 'main/client/', 'main/authenticator/', 'main/webauthn/', 'main/vault/'];
const features = [
  'main/inventory/',
  'main/control/',
  'main/ceremony/',
  'main/hybrid/',
  'main/bridge/',
  'main/policy/',
];
const everythingButPrograms = [...machinery, ...features, 'main/ipc/', ports, ...contracts];

/**
 * Text of passkeys, shown, searched and sorted, and what a new PIN must be: for the window and the rest alike. It only
 * computes.
 */
const sharedWords = [
  'main/inventory/safe-text.ts',
  'main/inventory/search-text.ts',
  'main/inventory/site-order.ts',
  'main/vault/pin-rules.ts',
  'main/vault/passphrase-rules.ts',
];

/** @type {readonly Room[]} */
export const rooms = [
  { files: [ports], may: [] },
  { files: ['native/electron/'], may: ['native/', electron, 'node:*'] },
  {
    files: ['native/'],
    may: [ports, 'npm:node-hid', 'npm:keytar', 'npm:koffi', 'npm:dbus-native', 'node:*'],
  },

  {
    files: contracts,
    may: [validator, 'preload/contract.ts'],
    // A dialog and a terminal draw the same states; the Browsers page draws the bridge's.
    mayTypes: [
      'main/ceremony/dialog-view.ts',
      'main/ceremony/suggestions.ts',
      'main/bridge/browser-status.ts',
      'main/bridge/links.ts',
    ],
  },
  { files: ['preload/'], may: [...contracts, electron] },

  { files: sharedWords, may: [] },
  { files: ['main/ctap/'], may: [ports, cryptography, 'npm:cbor-x', ...pureNode] },
  // zlib for the large blobs, whose entries are deflated: it, too, only computes.
  { files: ['main/client/'], may: ['main/ctap/', ports, cryptography, ...pureNode, 'node:zlib'] },
  { files: ['main/authenticator/'], may: ['main/ctap/', ports, cryptography, ...pureNode] },
  // tldts for the public suffix list, which it carries; url for domains in their own script: it, too, only computes.
  {
    files: ['main/webauthn/'],
    may: ['main/ctap/', ports, cryptography, validator, 'npm:tldts', ...pureNode, 'node:url'],
  },
  {
    files: ['main/vault/'],
    may: [
      'main/ctap/',
      'main/vault/pin-rules.ts',
      'main/vault/passphrase-rules.ts',
      ports,
      cryptography,
      ...pureNode,
    ],
    mayTypes: ['main/authenticator/env.ts'],
  },
  // Browsers come over the same kind of socket as the command line, and get the same ceremonies.
  {
    files: ['main/bridge/'],
    may: [
      ...machinery,
      'main/inventory/',
      'main/control/',
      'main/ceremony/',
      ports,
      validator,
      cryptography,
      ...pureNode,
    ],
  },
  ...features.map((room) => ({
    files: [room],
    // Not each other, except that they speak of the same passkeys: the inventory's.
    may: [...machinery, 'main/inventory/', ports, cryptography, ...pureNode],
  })),

  {
    files: ['main/ipc/register.ts'],
    may: ['main/ipc/', ...machinery, ...features, ports, ...contracts, validator, electron, 'node:*'],
  },
  { files: ['main/ipc/'], may: [...machinery, ...features, ports, ...contracts, validator, 'node:*'] },

  // The composition roots: the only files that see the system's adapters.
  {
    files: [
      'main/app/compose.ts',
      'main/app/compose-keychain.ts',
      'main/app/compose-control.ts',
      'main/app/compose-ceremonies.ts',
      'main/app/compose-bridge.ts',
      'main/app/compose-browsers.ts',
    ],
    may: ['main/app/', ...everythingButPrograms, 'native/', electron, 'node:*'],
  },
  {
    files: ['main/app/'],
    may: [
      'main/app/compose.ts',
      'main/app/compose-keychain.ts',
      'main/app/compose-control.ts',
      'main/app/compose-ceremonies.ts',
      'main/app/compose-bridge.ts',
      'main/app/compose-browsers.ts',
      ...everythingButPrograms,
      electron,
      'node:*',
    ],
  },
  { files: ['main/cli/compose.ts'], may: ['main/cli/', ...everythingButPrograms, 'native/', 'node:*'] },
  {
    files: ['main/cli/'],
    may: ['main/cli/compose.ts', ...everythingButPrograms, 'package.json', 'npm:commander', 'node:*'],
  },

  {
    files: ['renderer/'],
    may: [
      'npm:react',
      'npm:react-dom',
      'npm:@fluentui/react-components',
      'npm:@fluentui/react-icons',
      'npm:@tanstack/react-virtual',
      'npm:zustand',
      ...sharedWords,
    ],
    mayTypes: contracts,
  },

  // Runs in browsers. The IDs of extension-ids.ts are put in by the script that builds it.
  { files: ['extension/'], may: ['main/bridge/messages.ts'] },

  { files: ['test/', 'bench/', 'scripts/'], may: 'anything' },
  // What somebody outside has.
  { files: ['docs/examples/'], may: ['npm:playwright', 'npm:latchkey-test-kit'] },
  {
    files: ['electron.vite.config.ts', 'cli.vite.config.mjs', 'vitest.config.mts', 'eslint.config.mjs'],
    may: 'anything',
  },
  // Its version is what the command line calls itself.
  { files: ['package.json'], may: [] },
];
