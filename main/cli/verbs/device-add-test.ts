/** `device add-test`: what a site and a browser would do, for tests. */
import { PUBLIC_KEY } from '../../ctap/entities';
import type { Context } from '../context';
import { devicePasskeys, openDevice, secretLine } from '../device';
import { CommandFailure, usage } from '../failure';
import { idOf, passkeyWords } from '../passkeys';
import { passkeyShape } from '../shapes';

export interface AddTestOptions {
  readonly user: string;
  readonly count?: string;
}

/** COSE: ES256, then EdDSA, then RS256. */
const ALGORITHMS = [-7, -8, -257];

export async function addTestPasskeys(
  context: Context,
  site: string,
  { user, count }: AddTestOptions,
): Promise<void> {
  const { output, signal } = context;
  const { home } = await context.device();
  if (!home.forTesters)
    throw new CommandFailure(
      'unsupported',
      'This is a released Latchkey, which makes no passkeys for tests. Use a build for testers, or a checkout of the source.',
    );
  const names = namesOf(user, count);
  const service = await openDevice(context);
  const before = new Set((await devicePasskeys(context, service)).map(idOf));
  const pin = await secretLine(context, 'PIN of this device: ', 'PIN');
  for (const name of names)
    await service.makeCredential(
      {
        pin,
        request: {
          clientDataHash: home.random.bytes(32),
          rp: { id: site, name: site },
          user: { id: home.random.bytes(16), name, displayName: name },
          pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: PUBLIC_KEY })),
          options: { rk: true },
        },
      },
      signal,
    );
  const made = (await devicePasskeys(context, service)).filter((listed) => !before.has(idOf(listed)));
  output.result(made.map(passkeyShape), () =>
    made.map((listed) => `Made: ${passkeyWords(listed)}\n`).join(''),
  );
}

function namesOf(user: string, count: string | undefined): readonly string[] {
  if (count === undefined) return [user];
  const number = Number(count);
  if (!/^\d{1,5}$/.test(count) || number < 1 || number > 10_000)
    throw usage(`--count wants a number from 1 to 10000, not “${count}”.`);
  return Array.from({ length: number }, (_, index) => `${user}-${index + 1}`);
}
