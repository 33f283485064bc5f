/** What the test kit and its document say about the code is what the code says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { profiles } from '../../main/authenticator/configuration';
import { quirkParameters } from '../../main/authenticator/quirks';
import { testIds } from '../../renderer/test-ids';
import { projectRoot } from '../../scripts/places.mjs';
import { kitFiles } from '../support/kit-files';
import * as kit from './index.cjs';

it('is as `npm run kit` writes it', async () => {
  for (const [path, content] of await kitFiles())
    expect(readFileSync(join(projectRoot, path), 'utf8'), `${path} is out of date: type npm run kit`).toBe(
      content,
    );
});

it('the kit knows every test id, profile and quirk', () => {
  expect(kit.testIds).toEqual(testIds);
  expect(kit.profiles).toEqual(Object.keys(profiles));
  expect(kit.quirks).toEqual(Object.keys(quirkParameters));
});

it('the document names every profile and every quirk, each with a sentence', () => {
  const document = readFileSync(join(projectRoot, 'docs/testing-with-a-simulated-key.md'), 'utf8');
  for (const name of [...Object.keys(profiles), ...Object.keys(quirkParameters)])
    expect(document).toMatch(new RegExp(`^\\| \`${name.replaceAll('.', '\\.')}\` +\\| \\S.{10,}`, 'm'));
});
