/**
 * The process that keeps keytar, so that a keychain that hangs can be killed. It answers one request at a time, over the channel it
 * was started with: Node's (`fork`) or Electron's (`utilityProcess`). Secrets go no other way.
 */
import { asKeychainError } from './keychain-error.js';
import { KeytarKeychain } from './keytar-keychain.js';
import { type KeychainAnswer, type KeychainRequest, readRequest } from './messages.js';
import { SecretServiceGate } from './secret-service.js';

/** What Electron gives to a utility process, instead of Node's channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const parentPort = (process as { readonly parentPort?: ParentPort }).parentPort;

function send(answer: KeychainAnswer): void {
  if (parentPort) parentPort.postMessage(answer);
  else process.send?.(answer);
}

async function serve(request: KeychainRequest): Promise<void> {
  const { id } = request;
  try {
    send({ id, kind: 'done', value: await carryOut(request) });
  } catch (error) {
    const { code, message } = asKeychainError(error);
    // Nothing in here gives up by itself.
    send({ id, kind: 'failed', code: code === 'timed-out' ? 'failed' : code, message });
  }
}

async function carryOut(request: KeychainRequest): Promise<string | boolean | null> {
  const { id, service, account } = request;
  const keychain = new KeytarKeychain({
    keytar: (await import('keytar')).default,
    ...(process.platform === 'linux' && { gate: new SecretServiceGate() }),
    onAsking: () => send({ id, kind: 'asking' }),
  });
  switch (request.call) {
    case 'get':
      return (await keychain.get(service, account)) ?? null;
    case 'set':
      await keychain.set(service, account, request.secret);
      return null;
    case 'delete':
      return keychain.delete(service, account);
  }
}

function listen(onMessage: (message: unknown) => void): void {
  if (parentPort) parentPort.on('message', ({ data }) => onMessage(data));
  else process.on('message', onMessage);
}

listen((message) => {
  const request = readRequest(message);
  if (request) void serve(request);
});
// Latchkey is gone. A call that hangs in keytar would keep an ordinary exit waiting.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
