import { describe, expect, it } from 'vitest';
import { argumentsOfBackground, parseArguments as parse, UsageError } from '../../main/app/command-line';
import { isMarked } from '../../main/app/testers-mark';

const parseArguments = (argv: readonly string[], cwd: string) => parse(argv, cwd, true);

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
      background: false,
      besideOthers: false,
      forTesters: true,
      simulator: false,
      onlySimulated: false,
      serveSimulated: false,
    });
  });

  it('takes another folder for what is saved', () => {
    for (const argv of [['--data-folder', 'data'], ['--data-folder=data']])
      expect(parseArguments(argv, '/home/ana')).toMatchObject({
        dataFolder: '/home/ana/data',
        besideOthers: true,
      });
    expect(() => parseArguments(['--data-folder'], '/')).toThrow(
      /wants a folder.*--data-folder latchkey-data/,
    );
  });

  it('keeps what a start with a profile of its own saves in that profile', () => {
    expect(parseArguments(['--user-data-dir=/tmp/profile'], '/')).toMatchObject({
      dataFolder: '/tmp/profile/Latchkey data',
      besideOthers: false,
    });
    expect(
      parseArguments(['--user-data-dir=/tmp/profile', '--data-folder', '/tmp/data'], '/').dataFolder,
    ).toBe('/tmp/data');
  });

  it('starts beside a Latchkey that runs already only for what belongs to this start', () => {
    for (const argv of [['--soft-key', 'demo'], ['--simulator'], ['--screenshot=a.png']])
      expect(parseArguments(argv, '/').besideOthers).toBe(true);
    expect(parseArguments(['--only-simulated'], '/').besideOthers).toBe(false);
  });

  it('starts in the background when it is told to, a released one too', () => {
    expect(parse(['--background'], '/', false)).toMatchObject({ background: true, besideOthers: false });
    expect(() => parseArguments(['--background', '--screenshot=a.png'], '/')).toThrow(UsageError);
  });

  it('has switches for testers', () => {
    expect(parseArguments(['--simulator', '--only-simulated', '--serve-simulated'], '/')).toMatchObject({
      simulator: true,
      onlySimulated: true,
      serveSimulated: true,
    });
    expect(parseArguments(['--system-bus', 'bus'], '/run').systemBus).toBe('/run/bus');
    expect(parseArguments(['--system-bus=/tmp/bus'], '/run').systemBus).toBe('/tmp/bus');
    expect(() => parseArguments(['--system-bus'], '/')).toThrow(UsageError);
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

describe('a released Latchkey', () => {
  it.each([
    '--soft-key',
    '--soft-key=demo',
    '--simulator',
    '--only-simulated',
    '--serve-simulated',
    '--data-folder',
    '--system-bus',
    '--system-bus=/tmp/bus',
  ])('refuses %s and says what to use', (argument) => {
    expect(() => parse([argument, 'demo'], '/', false)).toThrow(UsageError);
    expect(() => parse([argument, 'demo'], '/', false)).toThrow(/released Latchkey.*build for testers/);
    expect(() => parse(['--as-released', argument, 'demo'], '/', true)).toThrow(UsageError);
  });

  it('takes everything else', () => {
    expect(parse(['--screenshot', 'a.png', '--soft-keys'], '/w', false)).toEqual({
      softKeys: [],
      background: false,
      besideOthers: true,
      screenshot: '/w/a.png',
      forTesters: false,
      simulator: false,
      onlySimulated: false,
      serveSimulated: false,
    });
  });

  it('is what has no mark; a build for testers can play it, but not the other way round', () => {
    expect(parse(['--as-released'], '/', true).forTesters).toBe(false);
    expect(parse([], '/', false).forTesters).toBe(false);
    expect(isMarked('{"name": "latchkey"}')).toBe(false);
    expect(isMarked('{"latchkey": {"forTesters": "yes"}}')).toBe(false);
    expect(isMarked('{"latchkey": {"forTesters": true}}')).toBe(true);
  });
});

describe('what starts it anew in the background', () => {
  const anew = (argv: readonly string[], cwd = '/home/ada'): readonly string[] =>
    argumentsOfBackground(parse(argv, cwd, true), argv);

  it('has the same data, keys and bus, from whatever folder', () => {
    const argv = ['.', '--soft-key', 'a.json', '--soft-key=demo', '--data-folder', 'd', '--system-bus=bus'];
    const found = anew([...argv, '--only-simulated', '--serve-simulated']);
    expect(found.at(-1)).toBe('--background');
    expect(parse(found, '/elsewhere', true)).toEqual({
      ...parse([...argv, '--only-simulated', '--serve-simulated'], '/home/ada', true),
      background: true,
    });
  });

  it("keeps Chromium's switches, and the data folder that a profile brings", () => {
    expect(anew(['--no-sandbox', '--user-data-dir=/p', '--background'])).toEqual([
      '--no-sandbox',
      '--user-data-dir=/p',
      '--background',
    ]);
  });

  it('leaves out what was for that start alone', () => {
    const argv = ['-r', '/tmp/loader.js', '--inspect=0', '--remote-debugging-port=0', '--simulator'];
    expect(anew([...argv, '--screenshot', 'a.png'])).toEqual(['--background']);
  });

  it('of a build for testers that plays a released one plays on', () => {
    expect(anew(['--as-released'])).toEqual(['--as-released', '--background']);
  });
});
