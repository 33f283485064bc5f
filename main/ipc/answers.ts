/** Answers across IPC: what went wrong is a problem in words, never an exception. */
import { problemOf } from '../inventory/problems';
import type { Result } from '../../preload/contract';

export async function outcome<T>(operation: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await operation() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** For what has no answer but that it worked. */
export function result(operation: () => Promise<void> | void): Promise<Result> {
  return outcome(async () => {
    await operation();
    return null;
  });
}
