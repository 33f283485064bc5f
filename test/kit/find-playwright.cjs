/** Playwright, as the tester's project has it: two copies in one program do not know each other's pages. */
const { createRequire } = require('node:module');
const { join } = require('node:path');

const names = ['playwright', '@playwright/test', 'playwright-core'];

/**
 * Looks from the running project first, since a kit that is linked into it finds the packages of its own place.
 * @returns {import('playwright').Electron}
 */
function findPlaywright() {
  for (const from of [join(process.cwd(), 'package.json'), __filename]) {
    const requireFrom = createRequire(from);
    for (const name of names) {
      try {
        return requireFrom(name)._electron;
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'MODULE_NOT_FOUND') throw error;
      }
    }
  }
  throw new Error(
    'Playwright is not installed. Install it in your project: npm install --save-dev playwright',
  );
}

module.exports = { findPlaywright };
