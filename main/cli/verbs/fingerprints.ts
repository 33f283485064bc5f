/** `fingerprints list`, `add`, `rename` and `remove`. */
import { sampleWords, type FingerprintView } from '../../inventory/fingerprint-tasks';
import type { KeyStatus } from '../../inventory/model';
import { ProblemError } from '../../inventory/problems';
import { fold } from '../../inventory/search-text';
import { confirm, requireSomebody } from '../confirm';
import type { Context, Desk } from '../context';
import { CommandFailure, ExitCode, failureOf } from '../failure';
import { oneKey } from '../keys';
import { shown } from '../output';
import { base64url } from '../passkeys';
import { keyReference } from '../shapes';
import { table } from '../table';
import { needed, verified } from '../verify';

export async function listFingerprints(context: Context): Promise<void> {
  const { output } = context;
  const { desk, key } = await keyWithSensor(context);
  const { sensor, fingerprints, oddities } = await verified(context, desk, key, 'fingerprints', (by) =>
    desk.inventory.fingerprints(key.id, needed(by)),
  );
  output.result(
    {
      key: keyReference(key),
      sensor: {
        kind: sensor.kind ?? null,
        maxSamples: sensor.maxSamples ?? null,
        maxNameBytes: sensor.maxNameBytes ?? null,
      },
      fingerprints: fingerprints.map(shape),
      oddities,
    },
    () =>
      fingerprints.length === 0
        ? ''
        : table(
            [
              { title: 'NAME', cell: ({ name }) => name ?? '-', flexible: true },
              { title: 'ID', cell: (fingerprint) => idOf(fingerprint) },
            ],
            fingerprints,
            output.columns,
          ),
  );
  if (fingerprints.length === 0)
    output.note('No fingerprint is stored. `latchkey fingerprints add` stores one.');
}

export interface AddOptions {
  readonly name?: string;
}

export async function addFingerprint(context: Context, { name }: AddOptions): Promise<ExitCode> {
  const { output } = context;
  const { desk, key } = await keyWithSensor(context);
  const { fingerprint, nameProblem } = await verified(context, desk, key, 'fingerprints', (by) =>
    desk.inventory.addFingerprint(key.id, needed(by), {
      ...(name !== undefined && { name }),
      onProgress: ({ sample, remaining }) => {
        if (sample === undefined)
          output.note(`Touch the sensor of ${shown(key.name)} with the finger to be stored …`);
        else if (remaining !== undefined && remaining > 0)
          output.note(`${sampleWords(sample)} ${remaining === 1 ? 'One more' : `${remaining} more`} …`);
      },
    }),
  );
  output.result(
    { key: keyReference(key), ...shape(fingerprint) },
    () => `Stored: ${described(fingerprint)}\n`,
  );
  if (!nameProblem) return ExitCode.DONE;
  const { message } = failureOf(new ProblemError(nameProblem));
  output.failure(
    new CommandFailure('partly-done', `The fingerprint is stored, but not under that name. ${message}`),
  );
  return ExitCode.PARTLY;
}

export async function renameFingerprint(context: Context, wanted: string, name: string): Promise<void> {
  const { output } = context;
  const { desk, key } = await keyWithSensor(context);
  const renamed = await verified(context, desk, key, 'fingerprints', async (by) => {
    const { id } = found(await desk.inventory.fingerprints(key.id, needed(by)), wanted);
    return desk.inventory.renameFingerprint(key.id, needed(by), id, name);
  });
  output.result({ key: keyReference(key), ...shape(renamed) }, () => `Renamed: ${described(renamed)}\n`);
}

export async function removeFingerprint(
  context: Context,
  wanted: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { output } = context;
  requireSomebody(context, yes);
  const { desk, key } = await keyWithSensor(context);
  const removed = await verified(context, desk, key, 'fingerprints', async (by) => {
    const fingerprint = found(await desk.inventory.fingerprints(key.id, needed(by)), wanted);
    await confirm(context, `Fingerprint: ${described(fingerprint)}`, 'Remove this fingerprint?', yes);
    await desk.inventory.removeFingerprint(key.id, needed(by), fingerprint.id);
    return fingerprint;
  });
  output.result(
    { key: keyReference(key), ...shape(removed), outcome: 'removed' },
    () => `Removed: ${described(removed)}\n`,
  );
}

async function keyWithSensor(context: Context): Promise<{ readonly desk: Desk; readonly key: KeyStatus }> {
  const { desk, key } = await oneKey(context);
  const options = key.info?.options;
  if (options?.get('bioEnroll') === undefined && options?.get('userVerificationMgmtPreview') === undefined)
    throw new CommandFailure(
      'unsupported',
      'This security key has no fingerprint sensor. `latchkey keys info` shows what it can do.',
      { key: shown(key.name) },
    );
  return { desk, key };
}

/** By ID or its beginning, or by the whole name. */
function found(
  { fingerprints }: { readonly fingerprints: readonly FingerprintView[] },
  wanted: string,
): FingerprintView {
  const ways: readonly ((fingerprint: FingerprintView) => boolean)[] = [
    (fingerprint) => idOf(fingerprint) === wanted,
    ({ name }) => name !== undefined && fold(name) === fold(wanted),
    (fingerprint) => wanted !== '' && idOf(fingerprint).startsWith(wanted),
  ];
  for (const way of ways) {
    const [fingerprint, ...more] = fingerprints.filter(way);
    if (more.length > 0)
      throw new CommandFailure(
        'ambiguous',
        `“${shown(wanted)}” fits ${more.length + 1} fingerprints. Give the whole ID of the one that you mean.`,
      );
    if (fingerprint) return fingerprint;
  }
  throw new CommandFailure(
    'not-found',
    `No fingerprint here is called “${shown(wanted)}”. \`latchkey fingerprints list\` shows those that there are.`,
  );
}

function shape(fingerprint: FingerprintView) {
  return { id: idOf(fingerprint), name: fingerprint.name ?? null };
}

function idOf({ id }: FingerprintView): string {
  return base64url(Buffer.from(id, 'hex'));
}

function described(fingerprint: FingerprintView): string {
  const id = idOf(fingerprint);
  return fingerprint.name ? `${shown(fingerprint.name)} (${id})` : id;
}
