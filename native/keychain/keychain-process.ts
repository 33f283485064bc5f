/**
 * The process that keeps keytar, so that a keychain that hangs can be killed. It answers one request at a time, over the channel it
 * was started with: Node's (`fork`) or Electron's (`utilityProcess`). Secrets go no other way.
 */
import { SystemClock } from '../clock.js';
import { asKeychainError } from './keychain-error.js';
import { KeytarKeychain } from './keytar-keychain.js';
import { type KeychainAnswer, type KeychainRequest, readRequest } from './messages.js';
import { SecretServiceGate } from './secret-service.js';
import { sessionBusAddress } from './session-bus.js';

/** What Electron gives to a utility process, instead of Node's channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** From the start: a process that is started ahead of the first call has it ready. */
const keytar = import('keytar');
// Each call tells it.
keytar.catch(() => undefined);

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
  const onLinux = process.platform === 'linux';
  // Without one, libsecret would have one started.
  if (onLinux) sessionBusAddress();
  const keychain = new KeytarKeychain({
    keytar: (await keytar).default,
    ...(onLinux && { gate: new SecretServiceGate() }),
    clock: new SystemClock(),
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
