/** What the script of a page asks its browser for, and what it gets: as JSON, which {@link JsonSite} looks at. */
import type { Frame, Page } from 'playwright';
import type { CeremonyState } from '../../main/ceremony/dialog-view';
import type { CeremonyPerson, Outcome } from './ceremony-person';

export interface PageRequest {
  readonly kind: 'create' | 'get';
  /** JSON. */
  readonly options: string;
  readonly mediation?: 'conditional' | 'silent';
}

declare global {
  interface Window {
    /** Of the request that was made last. */
    giveUp?: AbortController;
  }
}

/**
 * Asks. The answer comes when the person has answered; it rejects when the page goes away before.
 */
export function asks(where: Page | Frame, request: PageRequest): Promise<Outcome> {
  const answer = where.evaluate(async ({ kind, options, mediation }): Promise<Outcome> => {
    const json: unknown = JSON.parse(options);
    const giveUp = new AbortController();
    window.giveUp = giveUp;
    const { signal } = giveUp;
    try {
      const credential =
        kind === 'create'
          ? await navigator.credentials.create({
              publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
                json as PublicKeyCredentialCreationOptionsJSON,
              ),
              signal,
              ...(mediation && { mediation }),
            })
          : await navigator.credentials.get({
              publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
                json as PublicKeyCredentialRequestOptionsJSON,
              ),
              signal,
              ...(mediation && { mediation }),
            });
      if (!(credential instanceof PublicKeyCredential)) throw new TypeError('no passkey');
      return { response: JSON.stringify(credential) };
    } catch (error) {
      const { name, message } = error as Error;
      return { error: { name, message } };
    }
  }, request);
  // A test may end before it looks, and so may the page.
  answer.catch(() => undefined);
  return answer;
}

/** Asks; resolves when this person has a dialog in this state before them. */
export async function askedFor(
  ada: CeremonyPerson,
  where: Page | Frame,
  request: PageRequest,
  state: CeremonyState['name'],
): Promise<{ readonly answer: Promise<Outcome> }> {
  ada.expectsToBeAsked();
  const answer = asks(where, request);
  await Promise.race([
    ada.sees(state),
    answer.then((outcome) => {
      throw new Error(`the page has its answer already: ${JSON.stringify(outcome)}`);
    }),
  ]);
  return { answer };
}

/** The page calls off what it asked for. */
export async function givesUp(where: Page | Frame): Promise<void> {
  await where.evaluate(() => window.giveUp?.abort());
}

export type SignalMethod =
  'signalUnknownCredential' | 'signalAllAcceptedCredentials' | 'signalCurrentUserDetails';

/** Resolves when the browser has taken it in, to the name of its error if there is one. */
export function signals(
  where: Page | Frame,
  method: SignalMethod,
  options: object,
): Promise<string | undefined> {
  return where.evaluate(
    async ([name, value]) => {
      const tell = Reflect.get(PublicKeyCredential, name) as (options: object) => Promise<void>;
      try {
        await tell.call(PublicKeyCredential, value);
        return undefined;
      } catch (error) {
        return (error as Error).name;
      }
    },
    [method, options] as const,
  );
}
