/**
 * `npm run demo-site`: a web site on this computer where passkeys are made, used, renamed and deleted, to try Latchkey with one's own
 * browser. It keeps nothing when it ends, and nobody else on the network reaches it.
 *
 * `npm run demo-site -- --port 8080` takes another port.
 */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { runMain, SetupError } from '../program.mjs';
import { DemoSite } from './demo-site';

const USUAL_PORT = 8765;
/** Where `localhost` leads, in this order. */
const loopback = ['127.0.0.1', '::1'];

function portOf(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' } } });
  const port = Number(values.port ?? USUAL_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SetupError(`${values.port ?? ''} is not a port.`, 'Type a number from 1 to 65535.');
  return port;
}

async function listen(site: DemoSite, host: string, port: number): Promise<void> {
  const server = createServer(site.handle);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, done);
  });
}

void runMain(async () => {
  const port = portOf(process.argv.slice(2));
  const origin = `http://localhost:${port}`;
  const site = new DemoSite({ rpId: 'localhost', name: 'Passkey demo site', origins: [origin] });
  const [first, ...others] = loopback;
  try {
    await listen(site, String(first), port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new SetupError(
      `Something else listens on port ${port}.`,
      `Choose another: npm run demo-site -- --port ${port + 1}`,
    );
  }
  // Not every system has IPv6.
  for (const host of others) await listen(site, host, port).catch(() => undefined);
  console.log(`
The demo site is at

  ${origin}

Open it in your browser. It forgets all accounts when it ends: press Ctrl-C here for that.
`);
});
