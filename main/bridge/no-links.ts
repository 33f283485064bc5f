/** What the Browsers page is told while this Latchkey serves no browsers. */
import { problem } from '../inventory/problems';
import type { BrowserLinks } from './links';

/** @param why a sentence with a next step */
export function noLinks(why: string): BrowserLinks {
  const refuse = async (): Promise<never> => {
    throw problem('in-use', why);
  };
  return {
    problem: why,
    connections: [],
    decisions: [],
    requests: [],
    isLogging: false,
    allow: refuse,
    deny: refuse,
    forget: refuse,
    setLogging: refuse,
    emptyLog: refuse,
    onChange: () => () => undefined,
  };
}
