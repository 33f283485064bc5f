/** `config` and its settings. */
import { policiesOf, type Policies } from '../../client/authenticator-config';
import type { PolicyChange } from '../../inventory/policy-tasks';
import { confirm, requireSomebody } from '../confirm';
import type { Context } from '../context';
import { CommandFailure, ExitCode, failureOf, usage } from '../failure';
import { everyKey, oneKey } from '../keys';
import { shown } from '../output';
import { keyReference } from '../shapes';
import { labelled } from '../table';
import { verified } from '../verify';
import { ProblemError } from '../../inventory/problems';

export interface ConfigOptions {
  readonly yes?: boolean;
}

/** How the policies stand. */
export async function showConfig(context: Context): Promise<ExitCode> {
  const { output } = context;
  const { keys } = await everyKey(context);
  const usable = keys.flatMap((key) =>
    key.problem ? [] : [{ key, policies: key.info && policiesOf(key.info) }],
  );
  output.result(
    usable.map(({ key, policies }) => ({
      key: keyReference(key),
      policies: policies ? shape(policies) : null,
    })),
    () =>
      usable
        .map(
          ({ key, policies }) => `${shown(key.name)} (${shown(key.device.path)})\n${policyLines(policies)}`,
        )
        .join('\n'),
  );
  for (const { name, problem } of keys)
    if (problem) output.failure(failureOf(new ProblemError(problem), shown(name)));
  if (usable.length === keys.length) return ExitCode.DONE;
  return usable.length > 0 ? ExitCode.PARTLY : ExitCode.UNREACHABLE;
}

/** Asks first where only a reset takes it back. */
export async function changeConfig(
  context: Context,
  change: PolicyChange,
  { yes }: ConfigOptions,
): Promise<void> {
  const { output } = context;
  const lasting = lastingWords(change);
  if (lasting) requireSomebody(context, yes);
  const { desk, key } = await oneKey(context);
  if (lasting) await confirm(context, lasting, `Do that on ${shown(key.name)}?`, yes);
  const { outcome, policies, pinChangeRequired } = await verified(context, desk, key, 'policies', (by) =>
    desk.inventory.changePolicy(key.id, by, change),
  );
  output.result({ key: keyReference(key), outcome, policies: shape(policies) }, () =>
    outcome === 'changed' ? `${doneWords(change)}\n` : `${doneWords(change)} It was so before.\n`,
  );
  if (pinChangeRequired) output.note('The security key wants a new PIN now: `latchkey pin change`.');
}

/** Throws for what is no number of characters. */
export function lengthOf(text: string): number {
  const length = Number(text);
  if (!/^\d+$/.test(text) || length < 4 || length > 63)
    throw usage(`A minimum PIN length is a number from 4 to 63, not “${shown(text)}”.`);
  return length;
}

function shape(policies: Policies) {
  const { enterpriseAttestation, alwaysUv, minPinLength, maxMinPinLengthRpIds } = policies;
  const { forcePinChange, pinComplexity, longTouchForReset } = policies;
  return {
    alwaysUv: alwaysUv ?? null,
    minPinLength: minPinLength ?? null,
    maxMinPinLengthSites: maxMinPinLengthRpIds,
    forcePinChange: forcePinChange ?? null,
    pinComplexity: pinComplexity ?? null,
    enterpriseAttestation: enterpriseAttestation ?? null,
    longTouchReset: longTouchForReset ?? null,
  };
}

function policyLines(policies: Policies | undefined): string {
  if (!policies) return '  This key has no settings.\n';
  const onOff = (value: boolean | undefined): string =>
    value === undefined ? 'not on this key' : value ? 'on' : 'off';
  const { minPinLength } = policies;
  return labelled(
    [
      ['always-uv', onOff(policies.alwaysUv)],
      ['min-pin-length', minPinLength === undefined ? 'not on this key' : `${minPinLength} characters`],
      ['force-pin-change', onOff(policies.forcePinChange)],
      ['pin-complexity', onOff(policies.pinComplexity)],
      ['enterprise-attestation', onOff(policies.enterpriseAttestation)],
      ['long-touch-reset', onOff(policies.longTouchForReset)],
    ],
    '  ',
  );
}

/** What to know before it is done; undefined for what can be undone. */
function lastingWords(change: PolicyChange): string | undefined {
  const onlyReset = 'Only a reset takes this back, and it erases everything on the key.';
  switch (change.policy) {
    case 'min-pin-length':
      return `PINs must have at least ${change.length} characters; a shorter one must be changed before anything else. ${onlyReset}`;
    case 'pin-complexity':
      return `The key refuses PINs that are too simple. ${onlyReset}`;
    case 'enterprise-attestation':
      return `The key tells its serial number to the companies that its maker listed, so that they can recognise it. ${onlyReset}`;
    case 'long-touch-reset':
      return `A reset wants a touch of at least five seconds. ${onlyReset}`;
    case 'force-pin-change':
      return 'The key does nothing more before its PIN is changed.';
    case 'always-uv':
      return undefined;
  }
}

function doneWords(change: PolicyChange): string {
  switch (change.policy) {
    case 'always-uv':
      return change.on
        ? 'The key asks for the PIN or a fingerprint at every sign-in.'
        : 'The key asks for the PIN or a fingerprint only where the site wants it.';
    case 'min-pin-length':
      return `PINs must have at least ${change.length} characters.`;
    case 'force-pin-change':
      return 'The PIN must be changed before anything else.';
    case 'pin-complexity':
      return 'PINs that are too simple are refused.';
    case 'enterprise-attestation':
      return 'Enterprise attestation is on.';
    case 'long-touch-reset':
      return 'A reset wants a long touch.';
  }
}

/** `on` or `off`. */
export function switchOf(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new CommandFailure('usage', `Say “on” or “off”, not “${shown(text)}”.`);
}
