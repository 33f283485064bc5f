import type { Result } from '../../preload/contract';
import { words } from '../messages/en';

/** A call that rejects (contract broken, main process gone) is a problem like any other. */
export async function callTesters(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch {
    return { ok: false, problem: { code: 'internal', message: words.testers.failed } };
  }
}
