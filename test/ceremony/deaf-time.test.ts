/** What a page made appear takes no key and no click at first, which were meant for the page. */
import { describe, expect, it } from 'vitest';
import type { Ceremony } from '../../main/ceremony/ceremony';
import { DEAF_TIME } from '../../main/ceremony/deaf-time';
import { PresentedCeremony } from '../../main/ceremony/presented-ceremony';
import { ceremonyRig, DEVICE_PIN, type CeremonyRig, type Person } from '../support/ceremony-rig';

const onDevice = { authenticatorSelection: { authenticatorAttachment: 'platform' } } as const;

async function presented(
  hasOwnDialog: boolean,
): Promise<{ rig: CeremonyRig; person: Person; window: PresentedCeremony; drawings: unknown[] }> {
  const rig = await ceremonyRig();
  const opened: Ceremony[] = [];
  rig.desk.onOpen((ceremony) => opened.push(ceremony));
  const person = rig.create(onDevice, { hasOwnDialog });
  const drawings: unknown[] = [];
  const window: PresentedCeremony = new PresentedCeremony(opened[0]!, () => drawings.push(window.view));
  await person.sees('device-pin');
  return { rig, person, window, drawings };
}

describe('the dialog that a page opened', () => {
  it('takes nothing in the first 400 ms that somebody can see it', async () => {
    const { rig, person, window, drawings } = await presented(true);
    const typed = { act: 'enter-pin', pin: DEVICE_PIN } as const;
    expect(window.view.deaf).toBe(true);
    // However long it takes to get there: a window that is empty, and one that is hidden, have not appeared.
    await rig.clock.advance(5000);
    window.shown();
    await rig.clock.advance(5000);
    expect(window.act(typed)).toBe(false);
    window.drawn();
    await rig.clock.advance(DEAF_TIME - 1);
    for (const act of [typed, { act: 'cancel' }, { act: 'use-browsers-dialog' }] as const)
      expect(window.act(act)).toBe(false);
    expect(person.state.name).toBe('device-pin');
    expect(window.view.deaf).toBe(true);
    const before = drawings.length;
    await rig.clock.advance(1);
    expect(drawings).toHaveLength(before + 1);
    expect(window.view.deaf).toBeUndefined();
    expect(window.act(typed)).toBe(true);
    await person.sees('saved');
  });

  it('counts from when it is shown where it was drawn before, and once', async () => {
    const { rig, window } = await presented(true);
    window.drawn();
    await rig.clock.advance(5000);
    expect(window.view.deaf).toBe(true);
    window.shown();
    await rig.clock.advance(DEAF_TIME - 1);
    window.drawn();
    window.shown();
    await rig.clock.advance(1);
    expect(window.act({ act: 'use-browsers-dialog' })).toBe(true);
  });

  it('closes with its page, and is not drawn any more', async () => {
    const { rig, person, window, drawings } = await presented(true);
    window.shown();
    window.drawn();
    window.abort();
    expect(await person.result).toEqual({ is: 'fall-through' });
    expect(window.view).toMatchObject({ state: { name: 'closed', by: 'aborted' } });
    expect(window.view.deaf).toBeUndefined();
    const before = drawings.length;
    await rig.clock.advance(DEAF_TIME);
    expect(drawings).toHaveLength(before);
  });
});

it('a dialog that somebody asked for with a command takes everything at once', async () => {
  const { person, window } = await presented(false);
  expect(window.view.deaf).toBeUndefined();
  expect(window.act({ act: 'enter-pin', pin: DEVICE_PIN })).toBe(true);
  await person.sees('saved');
});
