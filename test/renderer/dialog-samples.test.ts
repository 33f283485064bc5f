/** The made-up dialogs that `npm run dialogs` shows: none is missing, and none shows what the machine never would. */
import { expect, it } from 'vitest';
import type { CeremonyState, Place } from '../../main/ceremony/dialog-view';
import { siteView } from '../../main/ceremony/views';
import { safeText } from '../../main/inventory/safe-text';
import { parseCaller } from '../../main/webauthn/origin';
import { keys, sites } from './dialogs/sample';
import { samples } from './dialogs/samples';
import { troubleSamples } from './dialogs/trouble-samples';

/** The compiler asks for each name. */
const states: Readonly<Record<CeremonyState['name'], true>> = {
  waiting: true,
  preparing: true,
  'choose-place': true,
  'choose-account': true,
  'insert-key': true,
  'touch-key': true,
  'key-finger': true,
  'key-pin': true,
  'create-key-pin': true,
  'change-key-pin': true,
  'device-pin': true,
  'device-biometrics': true,
  'device-passphrase': true,
  working: true,
  saved: true,
  trouble: true,
  closed: true,
};
const obstacles: Readonly<Record<NonNullable<Place['obstacle']>, true>> = {
  'no-match': true,
  full: true,
  'no-passkeys': true,
  'no-verification': true,
  algorithm: true,
  extension: true,
  policy: true,
  blocked: true,
  'not-set-up': true,
  unusable: true,
  failed: true,
  'not-yet': true,
};
const needs: Readonly<Record<NonNullable<Place['need']>, true>> = {
  pin: true,
  'new-pin': true,
  'pin-change': true,
  passphrase: true,
};

const shown = samples.map(({ view }) => view.state);
const places = shown.flatMap((state) => ('places' in state ? state.places : []));

it.each(Object.keys(states))('shows the state %s', (name) => {
  expect(shown.map((state) => state.name)).toContain(name);
});

it.each(Object.entries(troubleSamples))(
  'shows the trouble %s, and nothing else in its place',
  (kind, own) => {
    expect(own.length).toBeGreaterThan(0);
    for (const { view } of own) expect(view.state).toMatchObject({ name: 'trouble', trouble: { is: kind } });
    expect(samples).toEqual(expect.arrayContaining([...own]));
  },
);

it.each(Object.keys(obstacles))('shows a place that cannot be chosen: %s', (obstacle) => {
  expect(places.map((place) => place.obstacle)).toContain(obstacle);
});

it.each(Object.keys(needs))('shows a place that asks for something first: %s', (need) => {
  expect(places.map((place) => place.need)).toContain(need);
});

it('gives each sample an id and a caption of its own', () => {
  const ids = samples.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, caption } of samples) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(caption).not.toBe('');
  }
});

it.each(Object.entries(sites))('shows the origin of the site "%s" as a ceremony does', (_, site) => {
  const embeddedIn = 'embeddedIn' in site ? site.embeddedIn : undefined;
  const caller = parseCaller({
    origin: site.ascii,
    ...(embeddedIn !== undefined && { crossOrigin: true }),
    ...(embeddedIn !== undefined && embeddedIn !== '' && { topOrigin: embeddedIn }),
  });
  expect(siteView(caller, site.rpId)).toEqual(site);
});

it('has a name in ASCII alone for the site that looks like another', () => {
  expect(sites.lookAlike.origin).toBe(sites.lookAlike.ascii);
  expect(sites.ownScript.origin).not.toBe(sites.ownScript.ascii);
  expect(new URL(sites.long.ascii).hostname).toHaveLength(253);
});

it('holds no name that was not made safe to look at', () => {
  const names = [
    ...Object.values(keys),
    ...places.flatMap((place) => (place.is === 'key' ? [{ name: place.name }] : [])),
    ...samples.flatMap(({ view }) => (view.account ? [view.account] : [])),
    ...shown.flatMap((state) => (state.name === 'choose-account' ? state.accounts : [])),
  ].flatMap((named) => [named.name, 'displayName' in named ? named.displayName : undefined]);
  expect(names.length).toBeGreaterThan(100);
  for (const name of names) if (name !== undefined) expect(safeText(name).text).toBe(name);
});
