/** A process that takes a private folder when it is told to, says `mine` or the error's code, and keeps it until it is killed. */
import { DiskFolder } from '../../native/files/private-folder';

const folder = new DiskFolder(process.argv[2] ?? '');
process.once('message', () => {
  folder.lock().then(
    () => process.send?.('mine'),
    (error: unknown) =>
      process.send?.(error instanceof Error && 'code' in error ? error.code : String(error)),
  );
});
// Keeps the process alive when nothing else does.
process.on('disconnect', () => process.exit());
process.send?.('ready');
