/**
 * The switches that Electron needs on this machine.
 * @param {object} options
 * @param {boolean} options.virtualDisplay  It runs under Xvfb.
 * @param {boolean} [options.root]          It runs as root.
 * @returns {readonly string[]}
 */
export function electronSwitches({ virtualDisplay, root = process.getuid?.() === 0 }) {
  const switches = [];
  // Chromium refuses to run as root with its sandbox. For everybody else the sandbox stays on.
  if (process.platform === 'linux' && root) switches.push('--no-sandbox');
  // Xvfb has no GPU; and a machine without a display often has no D-Bus, which Chromium reports at length.
  if (virtualDisplay) switches.push('--disable-gpu', '--log-level=3');
  return switches;
}
