/**
 * The {@link Keychain} port over a process that can be killed. A keyring that hangs (a prompt that nobody answers, a daemon that stands
 * still) would otherwise hang Latchkey, and its quitting.
 */
import type { Clock, Keychain } from '../ports.js';
import { KeychainError } from './keychain-error.js';
import { type KeychainAnswer, type KeychainRequest, readAnswer } from './messages.js';

/** A started process of keychain-process.ts. */
export interface KeychainChild {
  /** Never throws: what cannot be sent shows as `onEnd`. */
  send(request: KeychainRequest): void;
  /** At once, whatever it does (SIGKILL); idempotent. */
  kill(): void;
}

export interface KeychainChildListener {
  readonly onMessage: (message: unknown) => void;
  /** It ended, or never started. @param reason words that fit after a colon. */
  readonly onEnd: (reason: string) => void;
}

/** Starts the process: as a child of Node, or of Electron. */
export type KeychainLauncher = (listener: KeychainChildListener) => KeychainChild;

export interface ChildKeychainOptions {
  readonly launch: KeychainLauncher;
  readonly clock: Clock;
  /** Under which all secrets are kept. Default: "Latchkey". Those of another are others' secrets. */
  readonly service?: string;
  /** Milliseconds for a call in which nobody is asked for anything. Default: 15 seconds. */
  readonly patience?: number;
  /** Milliseconds for a person, from when one may be asked. Default: two minutes. */
  readonly patienceWithPeople?: number;
  /** Milliseconds without a call after which the process, which weighs some 40 MiB, is ended. Default: 100 ms. */
  readonly idle?: number;
}

type Call =
  { readonly call: 'get' } | { readonly call: 'set'; readonly secret: string } | { readonly call: 'delete' };

/** Calls are carried out one after the other. Nothing is started before the first. */
export class ChildKeychain implements Keychain {
  readonly startsProcess = true;
  private readonly options: Required<ChildKeychainOptions>;
  private child: KeychainChild | undefined;
  /** The process has answered before. */
  private seasoned = false;
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private nextId = 1;
  private stopIdling: () => void = () => undefined;
  private current: { readonly id: number; readonly onAnswer: (answer: KeychainAnswer) => void } | undefined;
  private giveUp: (error: KeychainError) => void = () => undefined;
  private closed = false;

  constructor(options: ChildKeychainOptions) {
    this.options = {
      service: 'Latchkey',
      patience: 15_000,
      patienceWithPeople: 120_000,
      idle: 100,
      ...options,
    };
  }

  get service(): string {
    return this.options.service;
  }

  /** For a call that comes soon: starts the process, which takes longer than any call. */
  prepare(): void {
    if (this.closed || this.child) return;
    this.started();
    if (this.waiting === 0) this.idle(this.options.patience);
  }

  async get(account: string): Promise<string | undefined> {
    const value = await this.inTurn(account, { call: 'get' });
    return typeof value === 'string' ? value : undefined;
  }

  async set(account: string, secret: string): Promise<void> {
    await this.inTurn(account, { call: 'set', secret });
  }

  async delete(account: string): Promise<boolean> {
    return (await this.inTurn(account, { call: 'delete' })) === true;
  }

  /** Kills the process. Calls under way, and later ones, reject. */
  close(): void {
    this.closed = true;
    this.giveUp(new KeychainError('failed', 'The keychain was not asked: Latchkey is ending.'));
    this.end();
  }

  private inTurn(account: string, call: Call): Promise<string | boolean | null> {
    this.waiting++;
    const turn = this.queue.then(() => this.carryOut(account, call, true));
    this.queue = turn
      .catch(() => undefined) // the caller gets the rejection
      .then(() => {
        if (--this.waiting === 0 && this.child) this.idle(this.options.idle);
      });
    return turn;
  }

  /**
   * @param again a process that has answered before may not find a keychain that was started anew (libsecret stays with the one
   *   that it met first): another gets a try.
   */
  private async carryOut(account: string, call: Call, again: boolean): Promise<string | boolean | null> {
    this.stopIdling();
    const worthAnotherTry = again && this.seasoned && this.child !== undefined;
    try {
      return await this.ask(account, call);
    } catch (error) {
      if (error instanceof KeychainError && error.code === 'locked') throw error;
      this.end();
      const gaveUp = this.closed || (error instanceof KeychainError && error.code === 'timed-out');
      if (worthAnotherTry && !gaveUp) return this.carryOut(account, call, false);
      throw error;
    }
  }

  private ask(account: string, call: Call): Promise<string | boolean | null> {
    const { clock, service, patience, patienceWithPeople } = this.options;
    return new Promise<string | boolean | null>((resolve, reject) => {
      const id = this.nextId++;
      let stopWaiting = (): void => undefined;
      const finish = (how: () => void): void => {
        stopWaiting();
        this.current = undefined;
        this.giveUp = () => undefined;
        how();
      };
      const fail = (error: KeychainError): void => finish(() => reject(error));
      const wait = (milliseconds: number): void => {
        stopWaiting();
        stopWaiting = clock.after(milliseconds, () => {
          this.end();
          const seconds = milliseconds / 1000;
          fail(
            new KeychainError(
              'timed-out',
              `The keychain of this system did not answer within ${seconds} seconds.`,
            ),
          );
        });
      };
      if (this.closed) {
        fail(new KeychainError('failed', 'The keychain was not asked: Latchkey is ending.'));
        return;
      }
      this.giveUp = fail;
      this.current = {
        id,
        onAnswer: (answer) => {
          this.seasoned ||= answer.kind !== 'asking';
          if (answer.kind === 'asking') wait(patienceWithPeople);
          else if (answer.kind === 'done') finish(() => resolve(answer.value));
          else fail(new KeychainError(answer.code, answer.message));
        },
      };
      wait(patience);
      this.started().send({ id, service, account, ...call });
    });
  }

  private started(): KeychainChild {
    if (this.child) return this.child;
    const child: KeychainChild = this.options.launch({
      onMessage: (message) => {
        const answer = readAnswer(message);
        if (answer && answer.id === this.current?.id) this.current.onAnswer(answer);
      },
      onEnd: (reason) => {
        // One that was killed says so later, when there may be another.
        if (this.child !== child) return;
        this.child = undefined;
        this.stopIdling();
        this.giveUp(new KeychainError('failed', `The program that reads the keychain ended: ${reason}.`));
      },
    });
    this.child = child;
    this.seasoned = false;
    return child;
  }

  private idle(milliseconds: number): void {
    this.stopIdling = this.options.clock.after(milliseconds, () => this.end());
  }

  private end(): void {
    this.stopIdling();
    const { child } = this;
    this.child = undefined;
    child?.kill();
  }
}
