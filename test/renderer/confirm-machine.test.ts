/** What is asked once before it is done: starting anew, deleting for good, emptying the list of requests, replacing a file. */
import { expect, it } from 'vitest';
import { nextConfirm, type ConfirmState } from '../../renderer/app/confirm-machine';

const confirmed = { type: 'confirmed' } as const;
const refused = { type: 'refused', problem: { code: 'file', message: 'The disk is full.' } } as const;
const asking: ConfirmState = { name: 'asking' };

it('happens once it is confirmed, and only once', () => {
  const working = nextConfirm(asking, confirmed);
  expect(working).toEqual({ name: 'working' });
  expect(nextConfirm(working, confirmed)).toBe(working);
  expect(nextConfirm(asking, refused)).toBe(asking);
});

it('says what went wrong and can be tried again', () => {
  const failed = nextConfirm({ name: 'working' }, refused);
  expect(failed).toEqual({ name: 'failed', problem: refused.problem });
  expect(nextConfirm(failed, confirmed)).toEqual({ name: 'working' });
});
