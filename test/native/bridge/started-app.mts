/**
 * An app that a relay starts: FOLDER ARGUMENT…. It serves the folder, says in a first frame what became of it, then sends back what
 * it gets, until it is killed or the folder goes.
 */
import { existsSync, readFileSync, readlinkSync, watch } from 'node:fs';
import { join } from 'node:path';
import { StandInApp } from './stand-in-app';

const [, , folder = '', ...args] = process.argv;
const links = [0, 1, 2].map((file) => readlinkSync(`/proc/self/fd/${file}`));
// The sixth field is the session; the second, in brackets, may hold spaces.
const session = Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[3]);
const facts = {
  pid: process.pid,
  parent: process.ppid,
  session,
  links,
  cwd: process.cwd(),
  args,
  asNode: process.env['ELECTRON_RUN_AS_NODE'] ?? '',
};

const secretFile = join(folder, 'bridge-secret');
const app = new StandInApp(readFileSync(secretFile));
watch(folder, () => {
  if (!existsSync(secretFile)) process.exit();
});
await app.listen(folder);
for (;;) {
  const relay = await app.relay();
  void (async () => {
    await relay.next();
    await relay.send(JSON.stringify(facts));
    for (let next = await relay.next(); next; next = await relay.next()) await relay.send(next);
  })().catch(() => undefined); // It went while it was written to.
}
