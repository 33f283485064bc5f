/**
 * Starts Latchkey with simulated security keys. What there is stands in index.d.cts and in
 * docs/testing-with-a-simulated-key.md.
 *
 * CommonJS, because Playwright's test runner turns whatever does not lie in a node_modules folder into it, and a kit that
 * is linked from a checkout does not.
 */
const { launchLatchkey } = require('./launch-latchkey.cjs');
const { profiles, quirks, testIds } = require('./names.cjs');

module.exports = { launchLatchkey, profiles, quirks, testIds };
