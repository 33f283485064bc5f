/** The options of the site, as JSON. */
import { readFileSync } from 'node:fs';
import type { Terminal } from '../terminal';
import { CommandFailure, usage } from '../failure';

/** UTF-16 units, as over the control socket: far above what a site asks for. */
const LONGEST = 512 * 1024;

const tooLong = `The options are longer than ${LONGEST} characters. No site asks for that much.`;

/** From standard input, or from `file`. */
export async function optionsText(
  terminal: Terminal,
  file: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (file === undefined && terminal.interactive)
    throw usage(
      'The options of the site are wanted as JSON: on standard input (< options.json), or with --options FILE.',
    );
  const text = file === undefined ? await terminal.readAll(LONGEST, signal) : contentOf(file);
  if (text === undefined || text.length > LONGEST) throw usage(tooLong);
  if (text.trim() === '')
    throw usage(`There are no options ${file === undefined ? 'on standard input' : `in ${file}`}.`);
  return withoutWrapper(text);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(
      'file',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {},
      { cause: error },
    );
  }
}

/** `{"publicKey": …}` is what a page gives to the browser; it holds the options. What is no JSON is told later. */
function withoutWrapper(text: string): string {
  // Windows PowerShell begins a file with a mark.
  const json = text.replace(/^\uFEFF/, '');
  try {
    const value: unknown = JSON.parse(json);
    const isWrapper = typeof value === 'object' && value !== null && 'publicKey' in value;
    return isWrapper ? JSON.stringify(value.publicKey) : json;
  } catch {
    return json;
  }
}
