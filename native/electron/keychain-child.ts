/** keychain-process.ts as a utility process of Electron, which is no Node (design decision 15). */
import { app, utilityProcess } from 'electron';
import type { KeychainLauncher } from '../keychain/child-keychain.js';

/** @param program the path of the built keychain-process, which may be in the asar. */
export function electronKeychainLauncher(program: string): KeychainLauncher {
  return ({ onMessage, onEnd }) => {
    const child = utilityProcess.fork(program, [], { serviceName: 'Latchkey keychain', stdio: 'ignore' });
    let ended = false;
    let killed = false;
    const kill = (): void => {
      killed = true;
      if (ended) return;
      // `kill()` sends SIGTERM, which waits for a call that hangs. Without an ID it has not started: the event `spawn` follows.
      if (child.pid === undefined) child.kill();
      else killNow(child.pid);
    };
    // Electron ends it by a wish, which a call that hangs does not hear.
    app.on('will-quit', kill);
    child.on('spawn', () => {
      if (killed) kill();
    });
    child.on('message', onMessage);
    child.on('exit', (code) => {
      ended = true;
      app.off('will-quit', kill);
      onEnd(`exit code ${code}`);
    });
    return { send: (request) => child.postMessage(request), kill };
  };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended in this very moment.
  }
}
