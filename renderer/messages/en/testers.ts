/** Advanced options > For testers. */
export const testers = {
  title: 'For testers',
  text: 'This is a build for testers: it has simulated security keys, which behave like real ones. One without a state file is forgotten when Latchkey ends.',
  none: 'There is no simulated key.',
  listLabel: 'Simulated keys',
  add: 'Add a simulated key',
  showSimulator: 'Show the buttons of the keys',
  plugged: 'Plugged in',
  unplugged: 'Not plugged in',
  keptIn: (file: string) => `Keeps its state in ${file}`,
  unplug: 'Unplug',
  plugIn: 'Plug in',
  remove: 'Remove',
  /** What a button is about, for somebody who does not see the row that it stands in. */
  about: (action: string, name: string) => `${action}: ${name}`,
  failed: 'That did not work. Please try again.',

  addTitle: 'Add a simulated key',
  adding: 'Adding…',
  profile: 'Kind of key',
  profileOption: (profile: string, name: string) => `${profile}: ${name}`,
  name: 'Name',
  nameHint: 'It always begins with “Simulated”.',
  pin: 'PIN',
  pinHint: 'Leave it empty for a key without a PIN. It is shown here because it protects nothing.',
  passkeys: 'Made-up passkeys',
  passkeysWrong: (most: number) => `A whole number from 0 to ${most}.`,
  confirmAdd: 'Add',
  added: (name: string) => `${name} was added and plugged in.`,

  removeTitle: (name: string) => `Remove ${name}?`,
  removeForgets: 'It is taken out, and everything on it is forgotten.',
  removeKeeps: (file: string) =>
    `It is taken out. Its state file ${file} stays as it is; start Latchkey with it to have the key again.`,
  confirmRemove: 'Remove',
  removed: (name: string) => `${name} was removed.`,
} as const;
