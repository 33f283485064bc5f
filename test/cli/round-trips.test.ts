import { expect, it } from 'vitest';
import { KeyRegistry } from '../../main/client/key-registry';
import { Inventory } from '../../main/inventory/inventory';
import { CommandLineBench } from '../support/command-line';
import { PIN } from '../support/desk';

it('list --json on a key of 200 passkeys takes no more round trips than the window', async () => {
  const bench = new CommandLineBench();
  const { observed, clock, random } = bench;
  await bench.plug({
    changes: { capacity: 400 },
    passkeys: Array.from({ length: 200 }, (_, index) => ({
      rpId: `site${index % 50}.example`,
      userName: `user${index}`,
    })),
  });
  const requests = (): number => observed.log.filter((entry) => entry.startsWith('10 ')).length;

  // What the app does: a registry, an inventory, and the PIN in a dialog.
  const registry = new KeyRegistry([observed], { clock, random });
  const window = new Inventory({ registry, clock, random, autoLockMilliseconds: 300_000 });
  registry.start();
  await expect.poll(() => window.keys[0]?.state).toBe('ready');
  const [key] = window.keys;
  await window.unlock(key!.id, PIN);
  expect(window.passkeysOn(key!.id)).toHaveLength(200);
  window.close();
  await registry.stop();
  const byWindow = requests();

  expect(await bench.json(['list'], [PIN])).toHaveLength(200);
  expect(requests() - byWindow).toBeLessThanOrEqual(byWindow);
  // getInfo, tries, key agreement, token, metadata, one for each site, one for each passkey.
  expect(byWindow).toBe(5 + 50 + 200);
});
