/** Reads Electron's asar archives: a header in JSON, then the files one behind the other. */
import { readFileSync } from 'node:fs';

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  /** From the end of the header on, in decimal. */
  readonly offset?: string;
  readonly size?: number;
}

export class AsarFile {
  readonly #content: Buffer;
  readonly #files = new Map<string, Entry>();

  constructor(path: string) {
    this.#content = readFileSync(path);
    // Two pickles of Chromium: the size of the second one, and the string in it behind both of its own lengths.
    const length = this.#content.readUInt32LE(12);
    const walk = (entry: Entry, at: string): void => {
      for (const [name, child] of Object.entries(entry.files ?? {})) {
        if (child.files) walk(child, `${at}${name}/`);
        else this.#files.set(`${at}${name}`, child);
      }
    };
    walk(JSON.parse(this.#content.toString('utf8', 16, 16 + length)) as Entry, '');
  }

  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  text(path: string): string {
    const { offset, size } = this.#files.get(path) ?? {};
    if (offset === undefined || size === undefined) throw new Error(`${path} is not in the archive`);
    const start = 8 + this.#content.readUInt32LE(4) + Number(offset);
    return this.#content.toString('utf8', start, start + size);
  }
}
