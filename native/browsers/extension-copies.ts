/**
 * Where a browser loads the extension from by hand: it reads the folder again at each of its starts, so that has to stay where it is.
 * An AppImage is mounted elsewhere each time, so there its folders are copied first.
 */
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../files/atomic-file.js';

const FAMILIES = ['chromium', 'firefox'] as const;
type Folders = Readonly<Record<(typeof FAMILIES)[number], string>>;

export class ExtensionCopies {
  readonly #source: string;
  readonly #keep: string | undefined;
  /** One look after the other: two would copy into each other's folders. */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param source has a folder for each family
   * @param keep absent where the source stays where it is; otherwise its copies go there, into the user's own folder
   */
  constructor(source: string, keep?: string) {
    this.#source = source;
    this.#keep = keep;
  }

  /** Absolute. Copies are brought up to date first; where that fails, it is the source itself, which is there until Latchkey ends. */
  paths(): Promise<Folders> {
    const turn = this.#turn.then(() => this.#paths());
    this.#turn = turn;
    return turn;
  }

  /** Never rejects. */
  async #paths(): Promise<Folders> {
    const base = this.#keep;
    if (base === undefined) return foldersIn(this.#source);
    try {
      for (const family of FAMILIES) await this.#refresh(family, base);
      return foldersIn(base);
    } catch {
      return foldersIn(this.#source);
    }
  }

  async #refresh(family: string, base: string): Promise<void> {
    const from = join(this.#source, family);
    const to = join(base, family);
    // It has the version.
    const [ours, theirs] = await Promise.all([manifestOf(from), manifestOf(to)]);
    if (ours === theirs) return;
    await rm(`${to}.new`, { recursive: true, force: true });
    await cp(from, `${to}.new`, { recursive: true });
    await rm(to, { recursive: true, force: true });
    await rename(`${to}.new`, to);
  }
}

function foldersIn(base: string): Folders {
  return { chromium: join(base, 'chromium'), firefox: join(base, 'firefox') };
}

async function manifestOf(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, 'manifest.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
