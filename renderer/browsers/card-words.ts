/** What the card of a browser says, ready to be shown. */
import type { BrowserStatus } from '../../preload/browsers-contract';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { mayReach, type BrowserCard } from './card-state';

const w = words.browsers;
/** In code points. */
export const LONGEST_PATH = 400;

/** In one line; of several versions and profiles, all. */
export function stateText(browser: BrowserStatus, { state, links }: BrowserCard): string {
  if (state === 'confined') return w.state.confined(w.packages(browser.confined));
  const versions = [...new Set(links.map(({ extension }) => safeText(extension, 40).text).filter(Boolean))];
  return [
    w.state[state],
    ...versions.map((version) => w.extension(version)),
    ...(links.length > 1 ? [w.profiles(links.length)] : []),
  ].join(' · ');
}

/** What is worth knowing beside the state: what is in the way, and what can be done about it. */
export function hintsFor(browser: BrowserStatus, { state, links }: BrowserCard): readonly string[] {
  const { manifest, confined, name, program } = browser;
  const hints: string[] = [];
  if (state === 'older-extension' || state === 'newer-extension' || state === 'not-allowed')
    hints.push(w.hint[state]);
  if (manifest.is === 'outdated') hints.push(w.hint.outdated);
  if (manifest.is === 'unreadable') hints.push(safeText(manifest.why, LONGEST_PATH).text);
  if (manifest.is === 'foreign')
    hints.push(
      manifest.program === undefined
        ? w.hint.foreignUnknown
        : w.hint.foreign(safeText(manifest.program, LONGEST_PATH).text),
    );
  if (manifest.is === 'none' && links.length > 0) hints.push(w.hint.fileGone);
  if (confined.length > 0 && links.length === 0) {
    const packages = w.packages(confined);
    if (mayReach(browser) && program === undefined) hints.push(w.confinedMayReach);
    else if (program === undefined) hints.push(w.confinedOnly(packages, name));
    else if (!mayReach(browser)) hints.push(w.confinedToo(packages));
  }
  return hints;
}
