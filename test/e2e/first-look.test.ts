/** What is loaded before the passkeys are seen: the files of the built program, and the window itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { Person } from '../support/person';

const assets = 'out/renderer/assets';
/** What Fluent's style engine marks its style sheets with. */
const STYLE_ENGINE = 'data-make-styles-bucket';

/** The code of a built file and of all that it is loaded with; `import()` comes later. */
function loadedWith(name: string): readonly string[] {
  const entry = readdirSync(assets).find((file) => file.startsWith(`${name}-`) && file.endsWith('.js'));
  if (entry === undefined) throw new Error(`${assets} has no ${name}`);
  const files = new Set([entry]);
  const code: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(assets, file), 'utf8');
    code.push(text);
    for (const [, next = ''] of text.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g))
      files.add(next);
  }
  return code;
}

const hasStyleEngine = (name: string): boolean =>
  loadedWith(name).some((text) => text.includes(STYLE_ENGINE));

let person: Person;
beforeAll(async () => {
  person = await Person.sitDown(['demo']);
});
afterAll(() => person.standUp());

it.each(['mount', 'autofill', 'connect'])('%s waits for no style engine', (name) => {
  expect(loadedWith(name).length).toBeGreaterThan(1);
  expect(hasStyleEngine(name)).toBe(false);
});

it('which the dialogs are drawn with', () => {
  expect(hasStyleEngine('later-parts')).toBe(true);
});

it('the page needs it for nothing, and a dialog brings it', async () => {
  const sheets = person.page.locator(`style[${STYLE_ENGINE}]`);
  await person.find(t.keyCardUnlock).waitFor();
  expect(await sheets.count()).toBe(0);
  await person.find(t.keyCardUnlock).click();
  await person.find(t.pin).waitFor();
  expect(await sheets.count()).toBeGreaterThan(0);
});
