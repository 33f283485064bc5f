export const advanced = {
  explanation: 'How Latchkey protects your keys, and what it runs on.',
  autoLockTitle: 'Lock keys by themselves',
  autoLockText: (minutes: number) =>
    `An unlocked key locks again after ${minutes === 1 ? 'one minute' : `${minutes} minutes`} without use, when you take it out, and when you close Latchkey.`,
  udevTitle: 'Permission to use security keys',
  udevText:
    'If Latchkey says that it may not use a key, an administrator can allow it for the person at the screen with this udev rule.',
  aboutTitle: 'About Latchkey',
  version: 'Version',
  electron: 'Electron',
  system: 'System',
  systems: { linux: 'Linux', darwin: 'macOS', win32: 'Windows' },
} as const;

export const simulator = {
  demoPin: (pin: string) => `Its PIN is ${pin}.`,
  title: 'Simulated keys',
  explanation: 'This window stands in for your finger and the USB port.',
  none: 'There is no simulated key.',
  waitsFor: {
    none: 'Idle',
    touch: 'Waiting for your touch',
    'long-touch': 'Waiting for a long touch',
    finger: 'Waiting for your finger',
    sample: 'Waiting for the finger to enrol',
  },
  misbehaves: (quirks: string) => `Misbehaves: ${quirks}`,
  unplugged: 'Not plugged in',
  touch: 'Touch',
  wrongFinger: 'Wrong finger',
  touchBadly: 'Touch badly',
  refuse: 'Refuse',
  unplug: 'Unplug',
  plugIn: 'Plug in',
  failed: 'That did not work. Please try again.',
} as const;
