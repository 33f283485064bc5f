/** Which browser is at the other end of a connection. For showing it beside its name: nothing is allowed by it. */
import type { BrowserId } from './browser-status';
import type { BrowserLink } from './links';

/** What the program is called, without folders and `.exe`, in lower case. `chrome` alone may be Chromium, too. */
const byProgram: readonly (readonly [RegExp, BrowserId])[] = [
  [/^(?:google[- ]chrome|chrome).*$/, 'chrome'],
  [/^chromium.*$/, 'chromium'],
  [/^(?:msedge|microsoft[- ]edge).*$/, 'edge'],
  [/^brave.*$/, 'brave'],
  [/^firefox.*$/, 'firefox'],
];

/** What the extension calls it. */
const byName: readonly (readonly [RegExp, BrowserId])[] = [
  [/^(?:google )?chrome\b/i, 'chrome'],
  [/^chromium\b/i, 'chromium'],
  [/^(?:microsoft )?edge\b/i, 'edge'],
  [/^brave\b/i, 'brave'],
  [/^(?:mozilla )?firefox\b/i, 'firefox'],
];

/** Undefined where it is none that Latchkey knows. */
export function browserOfLink({
  program,
  browser,
}: Pick<BrowserLink, 'program' | 'browser'>): BrowserId | undefined {
  const file = (/[^/\\]*$/.exec(program)?.[0] ?? '').toLowerCase().replace(/\.exe$/, '');
  const said = match(byName, browser);
  const found = match(byProgram, file);
  // Chromium's own builds call their program chrome, as do those made of it.
  if (found === 'chrome' && !/google/i.test(program)) return said ?? found;
  return found ?? said;
}

function match(patterns: readonly (readonly [RegExp, BrowserId])[], text: string): BrowserId | undefined {
  return patterns.find(([pattern]) => pattern.test(text))?.[1];
}
