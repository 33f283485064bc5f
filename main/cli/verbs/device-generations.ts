/** `device previous`, `restore-previous` and `start-anew`: when something went wrong. */
import { confirm, requireSomebody } from '../confirm';
import type { Context } from '../context';
import { lookInside, notSetUp } from '../device';
import { CommandFailure } from '../failure';
import { dateShape } from '../shapes';

export async function previousGeneration(context: Context): Promise<void> {
  const { output, signal } = context;
  const device = await context.device();
  await lookInside(context, device);
  const { written, passkeys } = await device.service.previous({}, signal);
  output.result({ written: dateShape(written), passkeys: passkeys ?? null }, () =>
    written === undefined
      ? 'There is no generation before this one that opens.\n'
      : `The generation before this one is of ${dateShape(written)} and holds ${counted(passkeys ?? 0)}.\n`,
  );
}

export async function restorePrevious(context: Context, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { output, signal } = context;
  requireSomebody(context, yes);
  const device = await context.device();
  await lookInside(context, device);
  const { written, passkeys = 0 } = await device.service.previous({}, signal);
  if (written === undefined)
    throw new CommandFailure(
      'not-found',
      'There is no generation before this one that opens. Nothing was changed.',
    );
  await confirm(
    context,
    `The generation of ${dateShape(written)} holds ${counted(passkeys)}. What is there now is kept beside it.`,
    'Bring it back?',
    yes,
  );
  await device.service.restorePrevious({}, signal);
  output.result(
    { outcome: 'restored', written: dateShape(written), passkeys },
    () => `Restored: ${counted(passkeys)}.\n`,
  );
}

export async function startAnew(context: Context, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { output, signal } = context;
  requireSomebody(context, yes);
  const device = await context.device();
  const { state, message } = await device.look(signal);
  if (state === 'open')
    throw new CommandFailure(
      'invalid-argument',
      'The passkeys of this device open, so there is no need to start anew.',
    );
  if (state === 'absent') throw new CommandFailure('not-set-up', notSetUp);
  await confirm(
    context,
    `${message ?? 'The passkeys of this device wait for their passphrase.'} They are put aside, and sign in nobody until they are put back by hand.`,
    'Start anew?',
    yes,
  );
  await device.service.putAside({}, signal);
  output.result(
    { outcome: 'put-aside', path: device.home.path },
    () => `Put aside, in ${device.home.path}.\n`,
  );
  output.note('`latchkey device set-up` prepares this device again.');
}

function counted(passkeys: number): string {
  return passkeys === 1 ? 'one passkey' : `${passkeys} passkeys`;
}
