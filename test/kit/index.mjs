/** Starts Latchkey with simulated security keys. What there is stands in index.d.mts and in docs/testing-with-a-simulated-key.md. */
export { launchLatchkey } from './launch-latchkey.mjs';
export { profiles, quirks, testIds } from './names.mjs';
