/** The text file that keeps the recovery key: whoever finds it years later should know what it is. */
export function recoverySheet(recoveryKey: string): string {
  return [
    'Latchkey recovery key',
    '',
    `    ${recoveryKey}`,
    '',
    'It opens the passkeys that Latchkey keeps on this device when the PIN is forgotten',
    'or locked. Together with the device it does the same as the PIN, so keep it where',
    'only you find it: not on this device. Latchkey keeps no copy and cannot show it again.',
    'When it has been used, or when you ask for a new one, this one no longer opens anything.',
    '',
  ].join('\n');
}
