/**
 * A small JSON file of this user: an object with its version, and members of one kind of Latchkey's data. What cannot be understood is
 * never overwritten silently: who saves keeps it beside first.
 */
import type { StateFile } from '../../native/ports';
import { ProblemError } from './problems';

export interface KeptFiles {
  readonly file: StateFile;
  /** Gets what was in the file when it could not be read and something is to be saved. */
  readonly aside: StateFile;
}

export function keptFiles(openFile: (path: string) => StateFile, path: string): KeptFiles {
  return { file: openFile(path), aside: openFile(`${path}.unreadable`) };
}

export type Members = Readonly<Record<string, unknown>>;

/** What a file holds; `newer`: of a Latchkey that knows more. */
export type Kept<T> =
  | { readonly is: 'absent' }
  | { readonly is: 'read'; readonly value: T }
  | { readonly is: 'newer' | 'damaged'; readonly content: Uint8Array };

/** Rejects as the file does. @param understand undefined for members that cannot be right; `version` is not among them */
export async function readKept<T>(
  { file }: KeptFiles,
  version: number,
  understand: (members: Members) => T | undefined,
): Promise<Kept<T>> {
  const content = await file.read();
  if (content === undefined) return { is: 'absent' };
  const { version: found, ...members } = membersOf(content) ?? {};
  if (typeof found === 'number' && found > version) return { is: 'newer', content };
  const value = found === version ? understand(members) : undefined;
  return value === undefined ? { is: 'damaged', content } : { is: 'read', value };
}

/** Durable when resolved. Rejects as the files do. @param unreadable what is to be kept beside first */
export async function saveKept(
  { file, aside }: KeptFiles,
  version: number,
  members: Members,
  unreadable: Uint8Array | undefined,
): Promise<void> {
  if (unreadable) {
    const before = await aside.read();
    if (before && !Buffer.from(unreadable).equals(before))
      throw new Error(`There is another ${aside.path} already.`);
    await aside.write(unreadable);
  }
  await file.write(Buffer.from(`${JSON.stringify({ version, ...members }, undefined, 2)}\n`));
}

/** For people. @param what sentence that says what was not saved @param error of {@link saveKept}: a sentence that names the file */
export function notSaved(what: string, error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${what} ${reason} Put that right and try again.`;
  return new ProblemError({ code: 'file', message }, { cause: error });
}

function membersOf(content: Uint8Array): Members | undefined {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Members) : undefined;
}
