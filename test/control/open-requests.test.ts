/** Whoever serves is told how long a request is open: it does not end in the middle of one. */
import { expect, it } from 'vitest';
import { ControlRig, status } from './control-rig';

it('a request is open until its answer was sent', async () => {
  const rig = new ControlRig();
  const stop = await rig.serve();
  const client = await rig.connect();
  expect(rig.open).toBe(0);
  let answer: (value: typeof status) => void = () => undefined;
  rig.handlers = { status: () => new Promise((resolve) => (answer = resolve)) };
  const asked = client.service.status({});
  await expect.poll(() => rig.open).toBe(1);
  answer(status);
  await asked;
  await expect.poll(() => rig.open).toBe(0);
  client.close();
  await stop();
});

it('a request that fails, or whose program has gone, is open no longer', async () => {
  const rig = new ControlRig();
  const stop = await rig.serve();
  const client = await rig.connect();
  rig.handlers = { status: () => Promise.reject(new Error('not today')) };
  await expect(client.service.status({})).rejects.toThrow();
  await expect.poll(() => rig.open).toBe(0);
  rig.handlers = {
    webauthn: (_request, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('gone')))),
  };
  const asked = client.service
    .webauthn({ kind: 'get', origin: 'https://a.example', options: '{}' })
    .catch(() => 'no answer');
  await expect.poll(() => rig.open).toBe(1);
  client.close();
  expect(await asked).toBe('no answer');
  await expect.poll(() => rig.open).toBe(0);
  await stop();
});
