/** Whoever sits at the simulated keys of this command: always does what is wanted, never anything, or when Enter is pressed. */
import type { Seat } from '../authenticator/simulator';
import type { KeyStatus } from '../inventory/model';
import type { Context, Desk } from './context';
import { shown } from './output';

/** From now on touches are answered as `--touch` says. */
export function attend({ simulator }: Desk, context: Context): void {
  if (!simulator) return;
  const { touch, output } = context;
  if (touch === 'always') for (const seat of simulator.seats) seat.presence.direct([], 'granted');
  if (touch !== 'ask') return;
  let asked: Seat | undefined;
  simulator.onChange(() => {
    const seat = simulator.seats.find(({ presence }) => presence.awaited);
    if (seat === asked) return;
    asked = seat;
    if (!seat) return;
    output.note(
      `${shown(seat.key.key.configuration.productName)} waits for a touch. Press Enter to touch it.`,
    );
    void pressed(context).then((yes) => {
      if (yes) seat.presence.touch();
    });
  });
}

/** Takes a simulated key out or puts it in, as somebody does who is told to. */
export async function obey(
  { simulator }: Desk,
  { device }: KeyStatus,
  plugged: boolean,
  context: Context,
): Promise<void> {
  // The path is `soft:1` for the first, and none is ever removed here.
  const seat = simulator?.seats[Number(device.path.slice('soft:'.length)) - 1];
  if (!simulator || !seat || context.touch === 'never') return;
  if (context.touch === 'ask') {
    context.output.note(`Press Enter to ${plugged ? 'put it back in' : 'take it out'}.`);
    if (!(await pressed(context))) return;
  }
  simulator.setPlugged(seat.id, plugged);
}

/** False when the input ended or Ctrl-C came first: then nobody does anything any more. */
async function pressed({ terminal, signal }: Context): Promise<boolean> {
  try {
    return (await terminal.readLine(signal)) !== undefined;
  } catch {
    return false;
  }
}
