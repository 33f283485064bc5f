/** When the gate is shut to a site, and that a page which makes up any number of sites does not get past it by that. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FloodGate, MOST_IN_VAIN, MOST_SITES, WINDOW } from '../../main/bridge/flood-gate';
import { ManualClock } from '../support/manual-clock';

const PEST = 'https://pest.example';

let clock: ManualClock;
let gate: FloodGate;
beforeEach(() => {
  clock = new ManualClock();
  gate = new FloodGate(clock);
});

function inVain(origin: string, times = 1): void {
  for (let each = 0; each < times; each++) gate.countInVain(origin);
}

describe('the gate', () => {
  it('is shut to a site at its last request in vain, and open again when the first is a minute old', async () => {
    inVain(PEST, MOST_IN_VAIN - 1);
    expect(gate.isOpen(PEST)).toBe(true);
    await clock.advance(WINDOW / 2);
    inVain(PEST);
    expect(gate.isOpen(PEST)).toBe(false);
    await clock.advance(WINDOW / 2 - 1);
    expect(gate.isOpen(PEST)).toBe(false);
    await clock.advance(1);
    expect(gate.isOpen(PEST)).toBe(true);
    inVain(PEST, MOST_IN_VAIN - 2);
    expect(gate.isOpen(PEST)).toBe(true);
    inVain(PEST);
    expect(gate.isOpen(PEST)).toBe(false);
  });

  it('forgets who was in vain longest ago, and so holds a bounded number of sites', () => {
    inVain(PEST, MOST_IN_VAIN);
    for (let each = 0; each < MOST_SITES - 1; each++) inVain(`https://${each}.example`);
    expect(gate.isOpen(PEST)).toBe(false);
    inVain('https://one-more.example');
    expect(gate.isOpen(PEST)).toBe(true);
  });

  it('does not forget a site that goes on', () => {
    inVain(PEST, MOST_IN_VAIN - 1);
    for (let each = 0; each < MOST_SITES - 1; each++) inVain(`https://${each}.example`);
    inVain(PEST);
    inVain('https://one-more.example');
    expect(gate.isOpen(PEST)).toBe(false);
  });
});
