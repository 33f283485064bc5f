/** What lives from one power-up to the next: everything here is gone after a power cycle. */
import type { Env } from './env';
import { PinState } from './pin-state';
import { TokenState } from './token-state';
import { U2fTouch } from './u2f-touch';
import type { Enrollment } from './commands/bio-enrollment';
import type { CredentialQueue } from './commands/credential-management';
import type { AssertionQueue } from './commands/get-assertion';
import type { LargeBlobWrite } from './commands/large-blobs';

export class PowerSession {
  readonly #env: Env;
  pin: PinState;
  readonly token: TokenState;
  readonly u2fTouch: U2fTouch;
  /** `clock.now()` at power-up. */
  readonly since: number;
  /** Aborted when the power goes. */
  readonly power = new AbortController();
  /** What getNextAssertion goes on with; any other command discards it. */
  assertions: AssertionQueue | undefined;
  /** What the GetNext subcommands of credential management go on with; any other command discards it. */
  enumeration: CredentialQueue | undefined;
  /** The finger that is being enrolled; other commands do not disturb it. */
  enrollment: Enrollment | undefined;
  /** The large-blob array that is being written; any command but largeBlobs discards it. */
  largeBlobWrite: LargeBlobWrite | undefined;

  constructor(env: Env) {
    this.#env = env;
    this.pin = new PinState(env);
    this.token = new TokenState(env.clock, env.random);
    this.u2fTouch = new U2fTouch(env);
    this.since = env.clock.now();
  }

  /** After a reset: no token, no finger half enrolled, a new key agreement key, all tries. The time since power-up goes on. */
  forget(): void {
    this.token.stop();
    this.enrollment = undefined;
    this.pin = new PinState(this.#env);
  }

  /** The power goes: whatever waits gives up. */
  end(): void {
    this.token.stop();
    this.u2fTouch.end();
    this.power.abort();
  }
}
