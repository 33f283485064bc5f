/** The user's own names for passkeys, over a file of a test. */
import { OwnNamesStore } from '../../main/inventory/own-names';
import { MemoryFile } from './memory-file';

/** Another one over the same file is what another program has. */
export function ownNamesIn(
  file: MemoryFile,
  aside: MemoryFile = new MemoryFile(`${file.path}.unreadable`),
): OwnNamesStore {
  return new OwnNamesStore({ file, aside });
}
