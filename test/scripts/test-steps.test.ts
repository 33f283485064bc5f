/** The counts that `npm test` ends with: nothing that went wrong may look as if it had not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countVitest, describeCounts, nothingSkipped } from '../../scripts/test-steps.mjs';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'latchkey-counts-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report of vitest's JSON reporter, as far as it is counted. */
function report(counts: object, testResults: readonly object[] = []): string {
  const file = join(folder, 'report.json');
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  writeFileSync(file, JSON.stringify({ ...none, ...counts, testResults }));
  return file;
}

describe('counting', () => {
  it('adds up what vitest reports', () => {
    const file = report({ numPassedTests: 5, numPendingTests: 1, numTodoTests: 2 });
    expect(countVitest(file, 0)).toEqual({ passed: 5, failed: 0, skipped: 3 });
  });

  it('a file that cannot be loaded is a failure', () => {
    const file = report({ numPassedTests: 5 }, [{ status: 'failed', assertionResults: [] }]);
    expect(countVitest(file, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it('an exit code without a failed test is a failure', () => {
    expect(countVitest(report({ numPassedTests: 5 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it('no tests at all are a failure', () => {
    expect(countVitest(report({}), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('no report is a failure', () => {
    expect(countVitest(join(folder, 'missing.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it.runIf(process.platform === 'linux')('a skipped end-to-end or kernel test is a failure on Linux', () => {
    const { counts, log } = nothingSkipped({ counts: { passed: 5, failed: 1, skipped: 2 }, log: '' });
    expect(counts).toEqual({ passed: 5, failed: 3, skipped: 0 });
    expect(log).toContain('2 skipped');
  });
});

describe('the closing line', () => {
  it('names what was skipped only when something was', () => {
    expect(describeCounts({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(describeCounts({ passed: 12, failed: 3, skipped: 1 })).toBe('12 passed, 3 failed, 1 skipped');
  });
});
