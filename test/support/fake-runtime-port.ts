/** One end of a WebExtensions port, in a test's hand. */
import type { Listeners, RuntimePort, Sender } from '../../extension/browser-api';

class Told<Arguments extends readonly unknown[]> implements Listeners<Arguments> {
  readonly #listeners = new Set<(...args: Arguments) => void>();

  addListener(listener: (...args: Arguments) => void): void {
    this.#listeners.add(listener);
  }

  removeListener(listener: (...args: Arguments) => void): void {
    this.#listeners.delete(listener);
  }

  tell(...args: Arguments): void {
    for (const listener of this.#listeners) listener(...args);
  }
}

export class FakeRuntimePort implements RuntimePort {
  readonly name: string;
  readonly sender?: Sender;
  readonly onMessage = new Told<[message: unknown]>();
  readonly onDisconnect = new Told<[port: RuntimePort]>();
  /** What our side has said. */
  readonly said: Record<string, unknown>[] = [];
  isOpen = true;
  /** Why it ended, in the browser's words. */
  why = '';

  constructor(name = '', sender?: Sender) {
    this.name = name;
    if (sender) this.sender = sender;
  }

  postMessage(message: object): void {
    if (!this.isOpen) throw new Error('Attempting to use a disconnected port object');
    this.said.push(structuredClone(message) as Record<string, unknown>);
  }

  disconnect(): void {
    this.isOpen = false;
  }

  /** The other side says something. */
  say(message: object): void {
    if (this.isOpen) this.onMessage.tell(structuredClone(message));
  }

  /** The other side goes. */
  end(why = ''): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.why = why;
    this.onDisconnect.tell(this);
  }
}
