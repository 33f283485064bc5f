/** Which code of the product has run, from V8's own block coverage: the feedback that guides the long run. */
import { Session, type Profiler } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../scripts/places.mjs';

const product = ['main', 'preload'].map((room) => `${pathToFileURL(join(projectRoot, room)).href}/`);

/** By function: a byte for every character of its text, 1 where it has run. */
type Ran = ReadonlyMap<string, Uint8Array>;

export class Coverage {
  readonly #session = new Session();
  readonly #known = new Map<string, Uint8Array>();

  /** Begins to count. */
  start(): void {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.disconnect();
  }

  /** What has run since this was last called. Takes about 10 ms. */
  take(): Ran {
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    const ran = new Map<string, Uint8Array>();
    for (const { url, scriptId, functions } of result)
      if (product.some((folder) => url.startsWith(folder)))
        for (const { ranges } of functions) {
          const [whole] = ranges;
          if (!whole || whole.count === 0) continue;
          const bits = new Uint8Array(whole.endOffset - whole.startOffset);
          // From the outside in: a block that did not run is a hole in one that did.
          for (const { startOffset, endOffset, count } of ranges)
            bits.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
          ran.set(`${scriptId}:${whole.startOffset}:${whole.endOffset}`, bits);
        }
    return ran;
  }

  /** True when something of it has never run before. */
  isNew(ran: Ran): boolean {
    return [...ran].some(([name, bits]) => {
      const known = this.#known.get(name);
      return !known || bits.some((bit, at) => bit === 1 && known[at] === 0);
    });
  }

  /** Remembers what has run; true when something of it was new. */
  add(ran: Ran): boolean {
    const isNew = this.isNew(ran);
    for (const [name, bits] of ran) {
      const known = this.#known.get(name);
      if (!known) this.#known.set(name, bits);
      else bits.forEach((bit, at) => (known[at] = known[at]! | bit));
    }
    return isNew;
  }

  /** The inspector of the own thread answers before `post` returns. */
  #post(method: string, parameters?: object): object {
    let answer: object | undefined;
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result ?? {};
    });
    if (!answer) throw new Error(`the inspector did not answer ${method} at once`);
    return answer;
  }
}
