export const reset = {
  title: (key: string) => `Reset ${key}`,
  warning: 'A reset erases the key for good. This cannot be undone.',
  lossesTitle: 'What is lost',
  losses: [
    'all passkeys on this key',
    'its PIN, and its fingerprints if it has any',
    'every sign-in that uses this key as a second step: sites will no longer know it',
  ],
  advice: 'Before you go on, make sure that you can sign in to your sites in another way.',
  confirm: (key: string) => `I understand that everything on ${key} will be erased`,
  start: 'Reset key',
  starting: 'Preparing…',
  steps: 'Steps',
  stepOf: (n: number, of: number) => `Step ${n} of ${of}`,
  step: {
    remove: {
      title: 'Take the key out',
      text: 'Pull it out of the USB port. Nothing is erased yet.',
    },
    insert: {
      title: 'Put the same key back in',
      text: 'Use the same USB port. Have your finger ready: the key gives you ten seconds.',
    },
    touch: {
      title: 'Touch the key now',
      text: 'Touch the blinking part of the key. This erases it.',
    },
    longTouch: {
      title: 'Touch and hold the key now',
      text: 'Keep your finger on it for about five seconds, until it stops blinking. This erases it.',
    },
  },
  done: {
    title: 'The key was reset',
    text: (key: string) => `${key} is now like new. Set a PIN before you save passkeys on it.`,
    setPin: 'Set a PIN',
  },
  failed: {
    title: 'The key was not reset',
    unknown: 'The key did not say why. Try again.',
  },
  cancelled: {
    title: 'The reset was cancelled',
    text: 'Nothing was erased.',
  },
  removed: {
    title: 'The key was taken out',
    text: (key: string) =>
      `${key} is no longer plugged in, and nothing was erased. Plug it in again to go on, or close this.`,
  },
  doneNotice: (key: string) => `${key} was reset.`,
} as const;
