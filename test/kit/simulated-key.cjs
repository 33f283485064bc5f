/** A simulated key in the hands of a test. Everything goes through `window.simulator` of the simulator window. */

/**
 * @typedef {import('./index.cjs').SimulatedKey} SimulatedKey
 * @typedef {import('../../preload/simulator-contract').SimulatedKeyView} SimulatedKeyView
 */

/** How a page says that a call was refused; what follows is the message for the tester. */
const REFUSED = /^[^]*?Error invoking remote method '[^']*': (?:\w*Error: )?/;

/**
 * Calls the simulator window; rejects with the sentence that Latchkey answers with.
 * @param {import('playwright').Page} simulator
 * @param {string} name
 * @param {readonly unknown[]} args
 * @returns {Promise<any>}
 */
async function call(simulator, name, ...args) {
  const answer = await simulator.evaluate(async ([called, given]) => {
    const api = /** @type {any} */ (window).simulator;
    return api[called](...given).then(
      (/** @type {unknown} */ value) => ({ value }),
      (/** @type {Error} */ error) => ({ refused: error.message }),
    );
  }, /** @type {const} */ ([name, args]));
  if ('refused' in answer) throw new Error(answer.refused.replace(REFUSED, ''));
  return answer.value;
}

/**
 * @param {import('playwright').Page} simulator
 * @param {string} id
 * @param {number} timeout  Milliseconds.
 * @returns {Promise<SimulatedKey>}
 */
async function simulatedKey(simulator, id, timeout) {
  /** @returns {Promise<SimulatedKeyView>} */
  const view = async () => {
    /** @type {readonly SimulatedKeyView[]} */
    const keys = await call(simulator, 'snapshot');
    const found = keys.find((key) => key.id === id);
    if (!found) throw new Error('This simulated key was removed.');
    return found;
  };
  const { name } = await view();

  /** Waits until the key waits for somebody. */
  const waiting = async () => {
    const key = simulator.locator(`[data-key-id="${id}"] [data-waits-for]:not([data-waits-for="none"])`);
    await key.waitFor({ timeout }).catch(async (error) => {
      const { plugged } = await view();
      throw new Error(
        `${name} has not asked for a touch within ${timeout} ms${plugged ? '' : '; it is not plugged in'}.`,
        { cause: error },
      );
    });
  };

  return {
    id,
    name,
    view,
    async touch(finger = 'right') {
      await waiting();
      await call(simulator, 'touch', id, ...(finger === 'right' ? [] : [finger]));
    },
    async refuse() {
      await waiting();
      await call(simulator, 'refuse', id);
    },
    script: (acts, { then = 'wait' } = {}) => call(simulator, 'direct', id, acts, then),
    setQuirks: (quirks) =>
      call(
        simulator,
        'setQuirks',
        id,
        quirks.map((quirk) => (typeof quirk === 'string' ? { name: quirk } : quirk)),
      ),
    plug: () => call(simulator, 'setPlugged', id, true),
    unplug: () => call(simulator, 'setPlugged', id, false),
    remove: () => call(simulator, 'remove', id),
    state: async () => JSON.parse(await call(simulator, 'state', id)),
  };
}

module.exports = { call, simulatedKey };
