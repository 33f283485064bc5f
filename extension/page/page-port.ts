/** The way from page.ts to frame.ts, and back for what was asked there. */
import { PORT_GIVEN, PORT_WANTED } from '../between/handover';
import type { FromPage, ToPage } from '../between/page-messages';
import {
  createObject,
  dispatchOnDocument,
  getterOf,
  listen,
  methodOf,
  notOnDocument,
  onDocument,
  own,
  parseJson,
  plainEvent,
} from './intrinsics';

/** @param text the answer again, as it came: JSON */
export type Told = (answer: unknown, text: string) => void;

const portsOf = getterOf<readonly MessagePort[]>(MessageEvent.prototype, 'ports');
const dataOf = getterOf<unknown>(MessageEvent.prototype, 'data');
const preventDefault = methodOf<[], void>(Event.prototype, 'preventDefault');
const post = methodOf<[string], void>(MessagePort.prototype, 'postMessage');
const start = methodOf<[], void>(MessagePort.prototype, 'start');

export class PagePort {
  #port: MessagePort | undefined;
  #isStarted = false;
  #last = 0;
  readonly #asked = createObject(null) as Record<number, Told>;

  constructor() {
    const take = (event: Event): void => {
      const port = portsOf(event)[0];
      if (port === undefined) return;
      preventDefault(event);
      notOnDocument(PORT_GIVEN, take);
      this.#port = port;
    };
    onDocument(PORT_GIVEN, take);
    dispatchOnDocument(plainEvent(PORT_WANTED));
  }

  /** False: there is nobody to ask, and the browser alone answers. */
  get isOpen(): boolean {
    return this.#port !== undefined;
  }

  /**
   * @param members of the message, besides its ID, as JSON
   * @param told the answer, once
   * @returns the ID
   */
  ask(is: FromPage['is'], members: string, told: Told): number {
    const id = ++this.#last;
    if (this.#port === undefined) {
      const nobody = '{"is":"fall-through"}';
      told(parseJson(nobody), nobody);
      return id;
    }
    this.#asked[id] = told;
    this.#send(`{"is":"${is}","id":${id}${members}}`);
    return id;
  }

  /** What is said to it is not heard any more. */
  cancel(id: number): void {
    if (this.#asked[id] === undefined) return;
    delete this.#asked[id];
    this.#send(`{"is":"cancel","id":${id}}`);
  }

  #send(text: string): void {
    if (this.#port === undefined) return;
    if (!this.#isStarted) {
      this.#isStarted = true;
      listen(this.#port, 'message', (event) => this.#hear(dataOf(event)));
      start(this.#port);
    }
    post(this.#port, text);
  }

  #hear(text: unknown): void {
    if (typeof text !== 'string') return;
    const answer: unknown = parseJson(text);
    const id = own(answer, 'id');
    if (typeof id !== 'number') return;
    const told = this.#asked[id];
    if (told === undefined) return;
    delete this.#asked[id];
    told(answer, text);
  }
}

/** The kind of an answer. */
export function kindOf(answer: unknown): ToPage['is'] | undefined {
  return own(answer, 'is') as ToPage['is'] | undefined;
}
