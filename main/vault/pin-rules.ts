/**
 * What a new PIN must be like. Pure: the window tells while it is typed, the vault decides. Letters are allowed; the limits are
 * those of the issue, the obvious ones those that guessers try first.
 */

/** Code points, after normalisation. */
export const MIN_PIN_LENGTH = 6;
/** Code points, after normalisation. */
export const MAX_PIN_LENGTH = 64;

/** What people type in a row: forwards, backwards, and going on at the beginning. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  'wxcvbn',
  '147258369',
  '1qaz2wsx3edc4rfv',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6',
];

/** Often seen in lists of stolen PINs and passwords, and no pattern of the other kinds. */
const COMMON = new Set([
  ...[
    'password',
    'passwort',
    'passw0rd',
    'p@ssw0rd',
    'letmein',
    'welcome',
    'iloveyou',
    'monkey',
    'dragon',
    'sunshine',
  ],
  ...[
    'princess',
    'football',
    'baseball',
    'superman',
    'batman',
    'master',
    'shadow',
    'michael',
    'secret',
    'whatever',
  ],
  ...[
    'latchkey',
    'passkey',
    'admin',
    'administrator',
    'changeme',
    'default',
    'qazwsx',
    'trustno1',
    'starwars',
  ],
  ...[
    '159753',
    '159357',
    '147852',
    '258456',
    '142536',
    '123654',
    '112358',
    '314159',
    '271828',
    '007007',
    '520520',
  ],
  ...[
    '5201314',
    '13579',
    '135790',
    '135791',
    '246810',
    '102030',
    '010203',
    '131313',
    '202020',
    '696969',
    '420420',
  ],
  ...[
    '123321',
    '123123',
    '321321',
    '111222',
    '112233',
    '445566',
    '789456',
    '456789',
    '963852',
    '741852',
    '852456',
  ],
]);

/** Why `pin` cannot be a new PIN, as a sentence; undefined when it can. */
export function checkNewPin(pin: string): string | undefined {
  const points = [...pin.normalize('NFC')];
  if (points.length < MIN_PIN_LENGTH) return `Use at least ${MIN_PIN_LENGTH} characters.`;
  if (points.length > MAX_PIN_LENGTH) return `Use at most ${MAX_PIN_LENGTH} characters.`;
  return whyObvious(points.join(''));
}

/** Why anybody would guess `text`, as a sentence; undefined when not. */
export function whyObvious(text: string): string | undefined {
  const points = [...text.normalize('NFC').toLowerCase()];
  const plain = points.join('');
  if (new Set(points).size === 1)
    return 'This is one character again and again. Choose something less obvious.';
  if (isPeriodic(points)) return 'This is a short piece again and again. Choose something less obvious.';
  if (isPairs(points)) return 'These are pairs in a row. Choose something less obvious.';
  if (isRun(points)) return 'These characters follow each other in order. Choose something less obvious.';
  if (ROWS.some((row) => isAlong(row, plain)))
    return 'These keys lie next to each other. Choose something less obvious.';
  if (COMMON.has(plain) || COMMON.has(plain.replace(/[\d!.?*]{1,4}$/, '')))
    return 'This is one that many people use. Choose something less obvious.';
  return undefined;
}

/** A piece of one to six characters, at least twice, and nothing else: 121212, abcabc. */
function isPeriodic(points: readonly string[]): boolean {
  return [1, 2, 3, 4, 5, 6].some(
    (length) => points.length >= 2 * length && points.every((point, at) => point === points[at % length]),
  );
}

/** Doubled characters that go up or down: 112233. */
function isPairs(points: readonly string[]): boolean {
  const firsts = points.filter((_, at) => at % 2 === 0);
  const isDoubled = points.length % 2 === 0 && firsts.every((point, at) => point === points[2 * at + 1]);
  return isDoubled && isRun(firsts);
}

/** Each character is the one before it plus a step that stays the same, of at most two: 123456, fedcba, 135791 wraps. */
function isRun(points: readonly string[]): boolean {
  const codes = points.map((point) => point.codePointAt(0) ?? 0);
  const isDigits = points.every((point) => /^\d$/.test(point));
  const distance = (at: number): number => {
    const step = (codes[at + 1] ?? 0) - (codes[at] ?? 0);
    return isDigits ? (step + 10) % 10 : step; // 8 9 0 1 goes on
  };
  const first = distance(0);
  const isSmall = isDigits ? [1, 2, 8, 9].includes(first) : Math.abs(first) === 1 || Math.abs(first) === 2;
  return isSmall && codes.slice(0, -1).every((_, at) => distance(at) === first);
}

function isAlong(row: string, plain: string): boolean {
  const back = [...row].reverse().join('');
  return [row, back].some((way) => way.includes(plain) || (way + way).includes(plain));
}
