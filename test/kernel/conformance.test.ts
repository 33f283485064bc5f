/** The conformance suite once more, with the kernel's uhid and hidraw between engine and client. */
import { describe, it, onTestFinished } from 'vitest';
import { suites } from '../conformance/suites.js';
import { subjectOnUhid } from './support/subject-on-uhid.js';

describe.each(suites)('%s', (_, cases) => {
  it.each(cases.map((each) => [each.section, each.name, each] as const))(
    '%s: %s',
    async (__, ___, { recipe, run }) => {
      const subject = await subjectOnUhid(recipe ?? {});
      onTestFinished(() => subject.end());
      await run(subject);
    },
  );
});
