import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dark, light } from '../../renderer/app/theme';

const css = readFileSync('renderer/app/tokens.css', 'utf8');
const [ofLight = '', ofDark = ''] = css.split('@media (prefers-color-scheme: dark)');

const withoutSpace = (value: string): string => value.replace(/\s/g, '');

/** Names and values of the custom properties, as one line each. */
function propertiesOf(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/--(\w+):([^;]+);/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, withoutSpace(value)]));
}

const lightTokens = propertiesOf(ofLight);
const inDark = new Map([...lightTokens, ...propertiesOf(ofDark)]);
const themes = [
  ['light', lightTokens, light],
  ['dark', inDark, dark],
] as const;

describe('what is drawn without Fluent has the colours and sizes of what is drawn with it', () => {
  it.each(themes)('in %s', (_name, tokens, theme) => {
    const known = new Map(Object.entries(theme).map(([name, value]) => [name, withoutSpace(String(value))]));
    expect(tokens.size).toBeGreaterThan(50);
    for (const [name, value] of tokens) expect(`${name}: ${value}`).toBe(`${name}: ${known.get(name)}`);
  });

  it('and nothing that a style sheet names is missing, or kept without being named', () => {
    const sheets = readdirSync('renderer', { encoding: 'utf8', recursive: true })
      .filter((file) => file.endsWith('.css'))
      .map((file) => readFileSync(join('renderer', file), 'utf8'));
    const named = new Set(
      sheets.flatMap((sheet) => [...sheet.matchAll(/var\(--(\w+)/g)].map(([, name = '']) => name)),
    );
    const ofFluent = [...named].filter((name) => name in light).sort();
    expect([...lightTokens.keys()].sort()).toEqual(ofFluent);
  });
});
