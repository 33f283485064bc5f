/** Ceremonies over the control socket: what reaches the dialogs, what does not, and what becomes of them when the asker goes. */
import { expect, it } from 'vitest';
import type { OperationArguments } from '../../main/control/operations';
import { vaultService } from '../../main/control/vault-service';
import { settled } from '../support/manual-clock';
import { memoryVault } from '../support/memory-vault';
import { ControlRig } from './control-rig';

type Asked = OperationArguments<'webauthn'>;
const asked: Asked = { kind: 'get', origin: 'https://example.org', options: '{"challenge":"AA"}' };

it('a request reaches the dialogs as it was asked, and the answer comes back as it is', async () => {
  const rig = new ControlRig();
  const whole: Asked = { ...asked, topOrigin: 'https://shop.example', only: 'key' };
  const answers = [
    { response: '{"id":"AA"}' },
    { error: { name: 'NotAllowedError', message: 'The operation was not allowed, or it timed out.' } },
  ];
  const seen: Asked[] = [];
  rig.handlers.webauthn = async (request) => {
    seen.push(request);
    return answers[seen.length - 1]!;
  };
  await rig.serve();
  const { service } = await rig.connect();
  expect(await service.webauthn(asked)).toEqual(answers[0]);
  expect(await service.webauthn(whole)).toEqual(answers[1]);
  expect(seen).toEqual([asked, whole]);
});

const long = (length: number): string => 'x'.repeat(length);

it.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ['another kind', { kind: 'delete' }],
  ['a kind that every object has', { kind: 'constructor' }],
  ['a number for an origin', { origin: 1 }],
  ['bytes for an origin', { origin: new Uint8Array(8) }],
  ['an origin that is longer than any', { origin: long(4097) }],
  ['a top origin that is longer than any', { topOrigin: long(4097) }],
  ['options that are longer than any', { options: long(512 * 1024 + 1) }],
  ['options that are no text', { options: new Map() }],
  ['no options', { options: undefined }],
  ['another place', { only: 'phone' }],
])('%s reaches no dialog, and the asker is told that it broke the rules', async (_, changes) => {
  const rig = new ControlRig();
  rig.handlers.webauthn = async () => ({ response: '{}' });
  await rig.serve();
  const { service } = await rig.connect();
  const absurd = Object.fromEntries(
    Object.entries({ ...asked, ...changes }).filter(([, value]) => value !== undefined),
  );
  await expect(service.webauthn(absurd as never)).rejects.toMatchObject({ name: 'ControlError' });
  expect(rig.asked).toBe(0);
});

it('options as long as they may be are taken', async () => {
  const rig = new ControlRig();
  rig.handlers.webauthn = async ({ options }) => ({ response: String(options.length) });
  await rig.serve();
  const { service } = await rig.connect();
  expect(await service.webauthn({ ...asked, options: long(512 * 1024) })).toEqual({ response: '524288' });
});

it.each(['closes', 'gives up'] as const)('who %s is no longer waited for', async (how) => {
  const rig = new ControlRig();
  let gone: AbortSignal | undefined;
  rig.handlers.webauthn = (_, signal) => {
    gone = signal;
    return new Promise(() => undefined);
  };
  await rig.serve();
  const client = await rig.connect();
  const mind = new AbortController();
  const answer = client.service.webauthn(asked, mind.signal);
  answer.catch(() => undefined);
  while (!gone) await settled();
  expect(gone.aborted).toBe(false);
  if (how === 'closes') client.close();
  else mind.abort(new Error('changed my mind'));
  await expect(answer).rejects.toThrow();
  await settled();
  expect(gone.aborted).toBe(true);
});

it('may take as long as a site waits, ten minutes, and the connection is not given up', async () => {
  const rig = new ControlRig();
  let answer = (): void => undefined;
  rig.handlers.webauthn = () =>
    new Promise((resolve) => {
      answer = () => resolve({ response: '{}' });
    });
  await rig.serve();
  const { service } = await rig.connect();
  const outcome = service.webauthn(asked);
  while (rig.asked === 0) await settled();
  await rig.clock.advance(10 * 60_000);
  answer();
  expect(await outcome).toEqual({ response: '{}' });
});

it('a program without dialogs says so', async () => {
  const service = vaultService({ vault: memoryVault().vault, path: '/vault', saves: async () => true });
  await expect(service.webauthn(asked)).rejects.toThrow('no dialogs');
});
