/**
 * The fixed budget: every target with its regression vectors, its seeds, and so many inputs of a fixed seed. `npm run fuzz`
 * goes on from there for as long as it is told.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { changed } from './change';
import { regressionsOf } from './regressions';
import { runInput } from './target';
import { targets } from './targets';

const SEED = 20261121;
/** Far above what the budget needs on a busy machine; each input has a bound of its own. */
const PATIENCE = 300_000;

describe.each(targets)('fuzz $name', (target) => {
  const regressions = regressionsOf(target.name);
  if (regressions.length > 0)
    it.each(regressions)('regression $name', ({ input }) => runInput(target, input), PATIENCE);

  it(
    `seeds and ${target.runs} inputs`,
    async () => {
      const seeds = await target.seeds();
      for (const seed of seeds) await runInput(target, seed);
      const change = fc.tuple(fc.nat(9), fc.nat(10_000), fc.nat(65_535));
      const inputs = fc.oneof(
        { arbitrary: fc.uint8Array({ maxLength: 300 }), weight: 1 },
        {
          arbitrary: fc
            .tuple(
              fc.constantFrom(...seeds),
              fc.array(change, { minLength: 1, maxLength: 6 }),
              fc.constantFrom(...seeds),
            )
            .map(([seed, changes, other]) => changed(seed, changes, other)),
          weight: 3,
        },
      );
      await fc.assert(
        fc.asyncProperty(inputs, (input) => runInput(target, input)),
        { seed: SEED, numRuns: target.runs },
      );
    },
    PATIENCE,
  );
});
