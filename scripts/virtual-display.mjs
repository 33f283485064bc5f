/** A display for machines without one: Xvfb, on Linux. */
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './program.mjs';

/** Whether programs can open windows. Windows and macOS always have a display. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * Starts Xvfb. Not through `xvfb-run -a`, which picks the number of the display before it is taken: two at the same
 * time get the same one.
 * @returns {Promise<{ env: { DISPLAY: string, XAUTHORITY: string }, stop: () => void }>}  `env` is for the programs
 *   that are to use it.
 */
export async function startVirtualDisplay() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-display-'));
  const authority = join(folder, 'Xauthority');
  // Without a cookie every user of the machine could watch the display.
  writeFileSync(authority, wildcardCookie(), { mode: 0o600 });
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-auth', authority, '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-noreset'],
    // A group of its own: Ctrl-C is for the app, which would be gone with the display before it could say good-bye.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true },
  );
  const stop = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  const number = await new Promise((done, failed) => {
    server.once('error', () =>
      failed(
        new SetupError(
          'Xvfb, the display for machines without one, could not be started.',
          'Type `npm run setup`.',
        ),
      ),
    );
    server.once('exit', (code) => failed(new Error(`Xvfb ended with ${code} before it was ready`)));
    /** @type {import('node:stream').Readable} */ (server.stdio[3]).once('data', (data) =>
      done(String(data).trim()),
    );
  });
  server.unref();
  /** @type {import('node:net').Socket} */ (server.stdio[3]).unref();
  return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority }, stop };
}

/** An Xauthority file with one random cookie for any display: its number is not known before the server runs. */
function wildcardCookie() {
  /** @param {string | Buffer} field */
  const counted = (field) => {
    const bytes = Buffer.from(field);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  const familyWild = Buffer.from([0xff, 0xff]);
  return Buffer.concat([
    familyWild,
    counted(''),
    counted(''),
    counted('MIT-MAGIC-COOKIE-1'),
    counted(randomBytes(16)),
  ]);
}
