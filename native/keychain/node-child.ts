/** keychain-process.ts as a child of plain Node: for the command line. */
import { fork } from 'node:child_process';
import type { KeychainLauncher } from './child-keychain.js';

/**
 * @param program the path of the built keychain-process.
 * @param execArgv options for Node; none of those that this process has go there (a debugger's port, say).
 */
export function nodeKeychainLauncher(program: string, execArgv: readonly string[] = []): KeychainLauncher {
  return ({ onMessage, onEnd }) => {
    const child = fork(program, [], {
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const kill = (): void => {
      process.off('exit', kill);
      child.kill('SIGKILL');
    };
    process.on('exit', kill);
    child.on('message', onMessage);
    child.on('error', (error) => {
      process.off('exit', kill);
      onEnd(error.message);
    });
    child.on('exit', (code, signal) => {
      process.off('exit', kill);
      onEnd(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
    // Who waits for an answer has a timer; a process that idles keeps nobody.
    child.unref();
    child.channel?.unref();
    return {
      // The callback: an error would be emitted otherwise, and its end is told anyway.
      send: (request) => void (child.connected && child.send(request, () => undefined)),
      kill,
    };
  };
}
