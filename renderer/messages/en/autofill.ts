/** The small window beside a field of a page. */
export const autofill = {
  title: 'Sign in with a passkey to',
  /** Of the list, for screen readers. @param origin of the page */
  list: (origin: string) => `Passkeys for ${origin}`,
  lastUsed: (date: string) => `Last used on ${date}`,
  from: 'From Latchkey, on this device',
} as const;
