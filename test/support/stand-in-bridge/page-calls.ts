/** Calls that scripts of pages make, for tests: settled into JSON, so that a test sees errors, too. */
import type { Frame, Page } from 'playwright';

export type Settled =
  { readonly value: unknown } | { readonly error: { readonly name: string; readonly message: string } };

declare global {
  interface Window {
    /** What {@link begin} began, by name. */
    begun?: Record<string, Promise<unknown>>;
    giveUp?: AbortController;
  }
}

export const CREATION = `{
  challenge: new Uint8Array([1, 2, 3]), rp: { name: 'Example' },
  user: { id: new Uint8Array([7]), name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
}`;
export const REQUEST = `{ challenge: new Uint8Array([1, 2, 3]) }`;
export const CREATE = `navigator.credentials.create({ publicKey: ${CREATION} })`;
export const GET = `navigator.credentials.get({ publicKey: ${REQUEST} })`;
/** Can be called off by `giveUp`. */
export const CONDITIONAL_GET = `navigator.credentials.get({
  publicKey: ${REQUEST}, mediation: 'conditional', signal: (window.giveUp = new AbortController()).signal,
})`;

/** Begins what `script`, an expression, evaluates to; {@link settled} waits for it. */
export async function begin(where: Page | Frame, script: string, name = 'it'): Promise<void> {
  await where.evaluate(`void ((window.begun ??= {})[${JSON.stringify(name)}] = (async () => ${script})())`);
}

export function settled(where: Page | Frame, name = 'it'): Promise<Settled> {
  return where.evaluate(
    (begun) =>
      window.begun![begun]!.then(
        (value) => ({ value: JSON.parse(JSON.stringify(value ?? null)) as unknown }),
        (error: unknown) => {
          const { name: kind, message } = error as Error;
          return { error: { name: kind, message } };
        },
      ),
    name,
  );
}

/** What becomes of `script`, an expression. */
export async function call(where: Page | Frame, script: string): Promise<Settled> {
  await begin(where, script, 'call');
  return settled(where, 'call');
}
