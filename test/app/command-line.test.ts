import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from '../../main/app/command-line';

describe('the command line of the app', () => {
  it('takes several simulated keys, with a space or an equals sign', () => {
    expect(parseArguments(['--soft-key', 'demo', '--soft-key=a/key.json'], '/home/ana').softKeys).toEqual([
      'demo',
      { file: '/home/ana/a/key.json' },
    ]);
  });

  it('keeps absolute paths, and equals signs inside a path', () => {
    expect(parseArguments(['--soft-key=/tmp/a=b.json'], '/home/ana').softKeys).toEqual([
      { file: '/tmp/a=b.json' },
    ]);
  });

  it("lets Chromium's switches and the app's own path pass by", () => {
    expect(parseArguments(['/opt/latchkey', '--no-sandbox', '--remote-debugging-port=0'], '/')).toEqual({
      softKeys: [],
    });
  });

  it('wants a file behind an option that takes one', () => {
    expect(() => parseArguments(['--soft-key'], '/')).toThrow(UsageError);
    expect(() => parseArguments(['--soft-key', '--screenshot', 'a.png'], '/')).toThrow(
      /--soft-key wants a file/,
    );
  });

  it('saves only PNG pictures', () => {
    expect(parseArguments(['--screenshot', 'out/a.PNG'], '/w').screenshot).toBe('/w/out/a.PNG');
    expect(() => parseArguments(['--screenshot', 'a.jpg'], '/w')).toThrow(/ends in \.png/);
  });
});
