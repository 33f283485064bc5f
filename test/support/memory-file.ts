/** A {@link StateFile} in memory: what a power cut would leave, and a disk that is full at will. */
import type { StateFile } from '../../native/ports';

export class MemoryFile implements StateFile {
  readonly path: string;
  content: Uint8Array | undefined;
  writes = 0;
  /** Fails the writes from now on; `after-replacing`: the content is in place, but the write fails all the same. */
  failure: 'none' | 'full' | 'after-replacing' = 'none';

  constructor(path = '/keys/key.json', content?: Uint8Array | string) {
    this.path = path;
    this.content = typeof content === 'string' ? Uint8Array.from(Buffer.from(content)) : content;
  }

  get text(): string {
    return Buffer.from(this.content ?? []).toString('utf8');
  }

  async read(): Promise<Uint8Array | undefined> {
    return this.content?.slice();
  }

  async write(content: Uint8Array): Promise<void> {
    if (this.failure === 'full')
      throw new Error(`Cannot save ${this.path}: there is no room left on the disk.`);
    this.content = content.slice();
    this.writes++;
    if (this.failure === 'after-replacing')
      throw new Error(`Cannot save ${this.path}: the disk reported an error.`);
  }
}
