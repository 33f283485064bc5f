/**
 * `npm run bench`: measures what the project promises, each against a baseline of the same run, and says which
 * figures are over their limit. `npm run bench -- window search` runs only those.
 */
import { parseArgs } from 'node:util';
import { setUp } from '../scripts/setup.mjs';
import { hasDisplay, startVirtualDisplay } from '../scripts/virtual-display.mjs';
import { measureBackground } from './background';
import { measureBrowser } from './browser';
import { measureCeremony } from './ceremony';
import { measureCommandLine } from './cli';
import { measureDialog } from './dialog';
import { measureEngine } from './engine';
import { measureListing } from './listing';
import { measureVmListing } from './kernel/measure';
import { formatFigure, type Figure } from './statistics';
import { measureVault } from './vault';
import { measureSearch } from './window/search';
import { measureWindow } from './window/measure';

async function main(): Promise<number> {
  const electron = (await setUp({ virtualDisplay: true })).executable;
  const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
    window: () => measureWindow(electron),
    search: () => measureSearch(electron),
    listing: measureListing,
    engine: measureEngine,
    vault: measureVault,
    ceremony: measureCeremony,
    dialog: () => measureDialog(electron),
    background: () => measureBackground(electron),
    browser: () => measureBrowser(electron),
    cli: measureCommandLine,
    vm: measureVmListing,
  };
  const { positionals } = parseArgs({ allowPositionals: true });
  const wanted = positionals.length > 0 ? positionals : Object.keys(parts);
  const unknown = wanted.find((name) => !(name in parts));
  if (unknown !== undefined) {
    console.error(`There is no measurement "${unknown}". There are: ${Object.keys(parts).join(', ')}.`);
    return 2;
  }
  const display = hasDisplay() ? undefined : await startVirtualDisplay();
  if (display) Object.assign(process.env, display.env);
  let over = 0;
  try {
    for (const name of wanted)
      for (const figure of (await parts[name]?.()) ?? []) {
        console.log(formatFigure(figure));
        if (figure.value > figure.limit) over++;
      }
  } finally {
    display?.stop();
  }
  return over > 0 ? 1 : 0;
}

void main().then((code) => {
  process.exitCode = code;
});
