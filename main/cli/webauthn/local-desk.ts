/** Ceremonies in this very program: over the keys that the options name, and over this device where it is among the places. */
import { CeremonyDesk } from '../../ceremony/ceremony-desk';
import { keySource, noKeys } from '../../ceremony/key-source';
import type { KeySource, OwnNames } from '../../ceremony/ports';
import type { ThisDevice } from '../../ceremony/this-device';
import type { Context, Desk } from '../context';
import type { DeviceDesk } from '../device';
import { matchingKeys, pluggedInKeys } from '../keys';
import { shown } from '../output';
import { attend } from '../simulated-person';

export interface LocalDeskOptions {
  /** With the terminal of whoever is asked: they touch simulated keys, too. */
  readonly context: Context;
  readonly only: 'device' | 'key' | undefined;
  /** Its vault is taken by this program, or nobody's. Absent: this device is left alone. */
  readonly device: DeviceDesk | undefined;
  readonly ownNames: OwnNames | undefined;
}

/** Rejects with CommandFailure where the key is not there that was named. */
export async function localDesk({
  context,
  only,
  device,
  ownNames,
}: LocalDeskOptions): Promise<CeremonyDesk> {
  const [{ home }, related] = await Promise.all([context.device(), context.composition.relatedOrigins()]);
  const thisDevice: ThisDevice | undefined = await device?.home.forCeremonies();
  return new CeremonyDesk({
    // Of the computer: no key and no vault is needed for them.
    clock: home.clock,
    random: home.random,
    related,
    keys: only === 'device' ? noKeys : await keysOf(context),
    ...(thisDevice && { device: thisDevice }),
    ...(ownNames && { ownNames }),
  });
}

async function keysOf(context: Context): Promise<KeySource> {
  const { wantedKey, keysAreSimulated } = context;
  const desk = await startedDesk(context);
  const { registry, inventory } = desk;
  // A simulated key serves no site unless it was asked for.
  return keySource(registry, inventory, ({ id, device }) =>
    wantedKey === undefined
      ? keysAreSimulated || !device.simulated
      : matchingKeys(inventory.keys, wantedKey).some((key) => key.id === id),
  );
}

async function startedDesk(context: Context): Promise<Desk> {
  // Those that were named have to be there; others can still come.
  if (context.wantedKey !== undefined) return (await pluggedInKeys(context)).desk;
  const desk = await context.desk();
  attend(desk, context);
  desk.registry.start();
  void desk.registry.looked.then(() => tellWhatIsLeftOut(desk, context));
  return desk;
}

/** Keys that nobody would understand why they do not blink. */
function tellWhatIsLeftOut({ registry, warnings }: Desk, { output, keysAreSimulated }: Context): void {
  for (const { message } of warnings) output.note(message);
  if (keysAreSimulated) return;
  const simulated = registry.keys.filter(({ device }) => device.simulated);
  for (const { device } of simulated)
    output.note(`${shown(device.product)} is a simulated key: it serves sites only when --key names it.`);
}
