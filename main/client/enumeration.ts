/** Begin and get-next commands of a key that may lie about how many there are (CTAP 2.1 §6.8.3, §6.8.4). */
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';

/** No key holds more than a few hundred passkeys; what it claims beyond this is not believed. */
export const MAX_LISTED = 4096;
/** So many repetitions in a row mean that the key will say nothing new. */
const MAX_REPEATS = 8;

export interface Steps<Answer, Item> {
  /** The first answer; undefined when there is nothing. */
  readonly begin: () => Promise<Answer | undefined>;
  readonly next: () => Promise<Answer>;
  /** The total that the first answer claims. */
  readonly total: (first: Answer) => number | undefined;
  /** Throws {@link ProtocolError} for an answer that is no item. */
  readonly read: (answer: Answer) => Item;
  /** Items with the same identity are listed once. */
  readonly identity: (item: Item) => string;
  readonly onItem?: (item: Item) => void;
  /** What is listed, for sentences: `sites`. */
  readonly what: string;
  /** At most so many items, at most {@link MAX_LISTED}. */
  readonly limit: number;
}

export interface Enumeration<Item> {
  readonly items: readonly Item[];
  /** The key claimed more, and would have gone on. */
  readonly cut: boolean;
  readonly flaws: readonly string[];
  /** The first answer that could not be read. */
  readonly unreadable?: ProtocolError;
}

/**
 * As many round trips as the key claims items, bounded. When the key ends the enumeration early (another program's
 * command has ended it, or the total was wrong) it is asked once more from the beginning; if it ends at the same place
 * again, the total was wrong. Rejects with what the API rejects with.
 */
export async function enumerate<Answer, Item>(steps: Steps<Answer, Item>): Promise<Enumeration<Item>> {
  const first = await attempt(steps);
  if (!first.interrupted) return first;
  const second = await attempt(steps);
  if (second.interrupted && second.answers !== first.answers) throw second.interrupted;
  return second;
}

interface Attempt<Item> extends Enumeration<Item> {
  readonly answers: number;
  /** The status with which the key ended the enumeration before the total. */
  readonly interrupted?: CtapStatusError;
}

async function attempt<Answer, Item>(steps: Steps<Answer, Item>): Promise<Attempt<Item>> {
  const items = new Map<string, Item>();
  const flaws: string[] = [];
  let unreadable: ProtocolError | undefined;
  let repeats = 0;
  let repeated = 0;

  const take = (answer: Answer): void => {
    const item = steps.read(answer);
    const identity = steps.identity(item);
    if (items.has(identity)) {
      repeated++;
      repeats++;
      return;
    }
    repeats = 0;
    items.set(identity, item);
    steps.onItem?.(item);
  };
  const tolerate = async (work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      unreadable ??= error;
      flaws.push(`One of the ${steps.what} could not be read: ${error.message}`);
    }
  };

  let beginning: Answer | undefined;
  await tolerate(async () => {
    beginning = await steps.begin();
  });
  if (beginning === undefined)
    return { items: [], cut: false, flaws, answers: 0, ...(unreadable && { unreadable }) };
  const claimed = steps.total(beginning);
  if (claimed === undefined) flaws.push(`The key did not say how many ${steps.what} there are.`);
  const total = claimed ?? 1;
  const opening = beginning;
  await tolerate(() => take(opening));
  let answers = 1;
  let interrupted: CtapStatusError | undefined;
  const wanted = Math.min(total, steps.limit);
  let coming = answers < wanted ? asked(steps) : undefined;
  while (coming && repeats < MAX_REPEATS && !interrupted) {
    const answer = coming;
    // Asked for already, so that the key works on the next one while this one is read.
    coming = answers + 1 < wanted ? asked(steps) : undefined;
    await tolerate(async () => {
      try {
        take(await answer);
      } catch (error) {
        if (!isEarlyEnd(error)) throw error;
        interrupted = error;
      }
    });
    if (!interrupted) answers++;
  }
  if (repeated > 0) flaws.push(`The key listed ${repeated} of the ${steps.what} more than once.`);
  if (interrupted) flaws.push(`The key claimed ${total} ${steps.what}, but listed ${answers}.`);
  return {
    items: [...items.values()],
    cut: answers === steps.limit && answers < total,
    flaws,
    answers,
    ...(unreadable && { unreadable }),
    ...(interrupted && { interrupted }),
  };
}

/** A request that fails without harm when nobody waits for it any more. */
function asked<Answer>({ next }: Pick<Steps<Answer, unknown>, 'next'>): Promise<Answer> {
  const answer = next();
  answer.catch(() => undefined); // whoever awaits it has the rejection
  return answer;
}

/** NOT_ALLOWED when there is no (more) enumeration; some keys say NO_CREDENTIALS. */
function isEarlyEnd(error: unknown): error is CtapStatusError {
  return (
    error instanceof CtapStatusError &&
    (error.status === Status.NOT_ALLOWED || error.status === Status.NO_CREDENTIALS)
  );
}
