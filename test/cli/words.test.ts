import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withIdsBehind } from '../../main/cli/command-line';
import { displayWidth, fitted, padded } from '../../main/cli/display-width';
import { commandLineSteps, failureOf, problemHere } from '../../main/cli/failure';
import { harmless } from '../../main/cli/output';
import { newProgram } from '../../main/cli/program';
import { table } from '../../main/cli/table';
import { TypedLine } from '../../main/cli/typed-line';
import { CtapStatusError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';

describe('next steps', () => {
  const sources = ['../../main/inventory/', '../../main/vault/']
    .map((folder) => new URL(folder, import.meta.url))
    .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8')))
    .join('\n');

  it.each(commandLineSteps)('“%s” is still what inventory or vault says', (window) => {
    expect(sources).toContain(window);
  });

  it('name no part of the window', () => {
    for (const status of Object.values(Status)) {
      if (status === Status.OK) continue;
      expect(failureOf(new CtapStatusError(status)).message).not.toMatch(
        /Security keys page|Refresh|Unlock it/,
      );
    }
  });

  it('leave the rest of a sentence as it is', () => {
    expect(
      problemHere({ code: 'pin-not-set', message: 'This security key has no PIN yet. Set one first.' })
        .message,
    ).toBe('This security key has no PIN yet. Set one with `latchkey pin set`.');
  });
});

describe('a line typed without echo', () => {
  const typed = (...input: readonly string[]) => {
    const line = new TypedLine();
    let result: ReturnType<TypedLine['type']> = { rest: '' };
    for (const each of input) result = line.type(result.rest + each);
    return { text: line.text, ...result };
  };

  it.each([
    ['Enter ends it', ['12', '34\r'], '1234', 'entered', ''],
    ['what comes behind it is for the next', ['1234\n5678\n'], '1234', 'entered', '5678\n'],
    ['a line ended twice is one line', ['1234\r\n56'], '1234', 'entered', '56'],
    ['Backspace takes a whole character back', ['12€\u007f\u007f3\r'], '13', 'entered', ''],
    ['Backspace in an empty line does nothing', ['\u007f1\r'], '1', 'entered', ''],
    ['Ctrl-U begins anew', ['12\u001534\r'], '34', 'entered', ''],
    [
      'arrow keys and marks of pasting are no part of it',
      ['\u001b[D1\u001b[200~2\u001b[201~\u001bOA3\r'],
      '123',
      'entered',
      '',
    ],
    ['Ctrl-C interrupts', ['12\u0003'], '12', 'interrupted', ''],
    ['Ctrl-D ends an empty line', ['\u0004'], '', 'ended', ''],
    ['Ctrl-D does nothing in another', ['1\u00042\r'], '12', 'entered', ''],
  ] as const)('%s', (_what, input, text, end, rest) => {
    expect(typed(...input)).toEqual({ text, end, rest });
  });
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['山田', 4],
    ['🔑', 2],
    ['e\u0301', 1],
    ['سعاد', 4],
  ])('%s is %i wide', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('are fitted and filled by what is seen', () => {
    expect(fitted('山田花子', 5)).toBe('山田…');
    expect(padded('山田', 6)).toBe('山田  ');
  });

  const rows = [{ site: 'a-very-long-host.example.com', id: 'abcdefghijkl' }];
  const columns = [
    { title: 'SITE', cell: ({ site }: (typeof rows)[0]) => site, flexible: true },
    { title: 'ID', cell: ({ id }: (typeof rows)[0]) => id },
  ];

  it('of a narrow terminal shorten names, and never an ID', () => {
    const lines = table(columns, rows, 30).trimEnd().split('\n');
    expect(lines[1]).toBe('a-very-long-hos…  abcdefghijkl');
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(30);
  });

  it('shorten nothing where there is no terminal', () => {
    expect(table(columns, rows, undefined)).toContain('a-very-long-host.example.com');
  });
});

it('nothing that is printed moves the cursor or turns text around', () => {
  expect(harmless('a\u001b[2J\u202eb\nc\u009bd')).toBe('a␛[2J\uFFFDb\nc\uFFFDd');
});

describe('an ID that begins with a minus', () => {
  const program = newProgram('1.2.3', () => Promise.resolve());

  it.each([
    [
      ['delete', '-AbCdEfG', '--yes'],
      ['delete', '--yes', '--', '-AbCdEfG'],
    ],
    [
      ['blobs', 'set', '-AbCdEfG', 'file', '--key', 'x', '-y'],
      ['blobs', 'set', '--key', 'x', '-y', '--', '-AbCdEfG', 'file'],
    ],
    [
      ['delete', 'first', '-AbCdEfG'],
      ['delete', 'first', '--', '-AbCdEfG'],
    ],
  ])('%j is taken for one', (argv, wanted) => {
    expect(withIdsBehind(argv, program)).toEqual(wanted);
  });

  it.each([
    [['list', '--filter', '-AbCdEfG']],
    [['delete', '--', '-AbCdEfG']],
    [['delete', 'abc', '-y']],
    [['list', '--unknown']],
  ])('%j is left as it is', (argv) => {
    expect(withIdsBehind(argv, program)).toEqual(argv);
  });
});
