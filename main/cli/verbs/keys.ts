/** `keys` and `keys info`. */
import { keyFacts, u2fOnlyWords, type FactGroup, type KeyFact } from '../../inventory/key-facts';
import type { KeyStatus } from '../../inventory/model';
import { ProblemError } from '../../inventory/problems';
import type { Context } from '../context';
import { CommandFailure, ExitCode, failureOf } from '../failure';
import { everyKey, pluggedInKeys } from '../keys';
import { shown } from '../output';
import { keyInfoShape, keyShape } from '../shapes';
import { labelled, table } from '../table';

export async function listKeys(context: Context): Promise<void> {
  const { output } = context;
  const { keys } = await pluggedInKeys(context);
  output.result(keys.map(keyShape), () =>
    keys.length === 0
      ? ''
      : table(
          [
            { title: 'NAME', cell: ({ name }) => name, flexible: true },
            { title: 'PIN', cell: pinWords },
            { title: 'SPEAKS', cell: ({ info, u2fOnly }) => (u2fOnly ? 'U2F' : newest(info?.versions)) },
            { title: 'FREE SLOTS', cell: ({ slots }) => `${slots.free ?? '-'}` },
            { title: 'SERIAL', cell: ({ device }) => device.serial || '-', flexible: true },
            { title: 'PATH', cell: ({ device }) => device.path },
          ],
          keys,
          output.columns,
        ),
  );
  if (keys.length === 0) output.note('No security key is plugged in.');
  if (!output.json)
    for (const { name, problem } of keys)
      if (problem) output.failure(failureOf(new ProblemError(problem), shown(name)));
}

export async function printUdevRule({ composition, output }: Context): Promise<void> {
  const rule = await composition.udevRule();
  if (rule === undefined)
    throw new CommandFailure('unsupported', 'Only Linux needs a rule before somebody may use a key.');
  output.result({ rule }, () => rule);
}

export async function keyInfo(context: Context): Promise<ExitCode> {
  const { output } = context;
  const { keys } = await everyKey(context);
  output.result(keys.map(keyInfoShape), () => keys.map(factsInWords).join('\n'));
  const unusable = keys.filter(({ problem }) => problem);
  for (const { name, problem } of unusable)
    if (problem) output.failure(failureOf(new ProblemError(problem), shown(name)));
  if (unusable.length === 0) return ExitCode.DONE;
  return unusable.length < keys.length ? ExitCode.PARTLY : ExitCode.UNREACHABLE;
}

const groupTitles: Readonly<Record<FactGroup, string>> = {
  identity: 'What it is',
  versions: 'What it speaks',
  options: 'What it can do and how it is set up',
  limits: 'Limits',
  algorithms: 'Algorithms',
  other: 'Other',
};

function factsInWords(key: KeyStatus): string {
  const { name, device, info, pin, u2fOnly, oddities } = key;
  const usb = (id: number): string => id.toString(16).padStart(4, '0');
  const head = labelled([
    ['Path', shown(device.path)],
    ['Maker', shown(device.manufacturer) || '-'],
    ['Serial number', shown(device.serial) || '-'],
    ['USB numbers', `${usb(device.vendorId)}:${usb(device.productId)}`],
    ...(key.deviceVersion === undefined ? [] : [['Device version', key.deviceVersion] as const]),
    ...(key.problem ? [] : [['PIN', pinWords(key)] as const]),
    ...(key.uvRetriesLeft === undefined
      ? []
      : [['Fingerprint tries left', String(key.uvRetriesLeft)] as const]),
  ]);
  const facts = info ? keyFacts(info, pin, device.vendorId) : [];
  const groups = (Object.keys(groupTitles) as FactGroup[])
    .map((group) => [group, facts.filter((fact) => fact.group === group)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([group, own]) => `\n${groupTitles[group]}\n${labelled(own.map(factLine), '  ')}`);
  const odd = oddities.map((oddity) => `  ${shown(oddity, Infinity)}\n`).join('');
  return (
    `${shown(name)}\n${head}${u2fOnly ? `\n${u2fOnlyWords}\n` : ''}${groups.join('')}` +
    (odd && `\nOddities\n${odd}`)
  );
}

function factLine({ label, value, term }: KeyFact): readonly [string, string] {
  return [label, `${shown(value, Infinity)}  (${shown(term)})`];
}

function pinWords({ pin, problem, u2fOnly }: KeyStatus): string {
  if (problem) return '?';
  if (u2fOnly || !pin.supported) return 'cannot have one';
  if (!pin.set) return 'not set';
  if (pin.blocked === 'for-good') return 'blocked for good';
  if (pin.blocked) return 'blocked until taken out';
  const tries = pin.retriesLeft === undefined ? '' : `, ${pin.retriesLeft} tries left`;
  return pin.changeRequired ? `must be changed${tries}` : `set${tries}`;
}

/** `FIDO_2_1` → `2.1`; keys name the newest anywhere in their list. */
function newest(versions: readonly string[] = []): string {
  const numbers = versions
    .map((version) => /^FIDO_(\d)_(\d)(_PRE)?$/.exec(version))
    .filter((match) => match !== null)
    .map(([, major, minor, preview]) => `CTAP ${major}.${minor}${preview ? ' preview' : ''}`)
    .sort();
  return numbers.at(-1) ?? versions.at(-1) ?? '-';
}
