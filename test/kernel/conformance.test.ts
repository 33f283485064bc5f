/**
 * The conformance suite once more, with the kernel's uhid and hidraw between engine and client. Where the two PIN/UV auth
 * protocols differ is clientPIN; the other commands carry their results, and are tried with one of them here, because the
 * emulated machine is slow.
 */
import { describe, it, onTestFinished } from 'vitest';
import { ctaphidCases } from '../conformance/ctaphid.cases.js';
import { suites } from '../conformance/suites.js';
import { rawKeyOnUhid } from './support/raw-key-on-uhid.js';
import { subjectOnUhid } from './support/subject-on-uhid.js';

const onceEach = suites.map(
  ([name, cases]) =>
    [
      name,
      name === 'clientPIN' ? cases : cases.filter((each) => !each.name.endsWith('(PIN/UV auth protocol 1)')),
    ] as const,
);

describe.each(onceEach)('%s', (_, cases) => {
  it.each(cases.map((each) => [each.section, each.name, each] as const))(
    '%s: %s',
    async (__, ___, { recipe, run }) => {
      const subject = await subjectOnUhid(recipe ?? {});
      onTestFinished(() => subject.end());
      await run(subject);
    },
  );
});

describe('CTAPHID, raw', () => {
  it.each(ctaphidCases.map((each) => [each.section, each.name, each] as const))(
    '%s: %s',
    async (_, __, { run }) => run(await rawKeyOnUhid()),
  );
});
