/** The manifests of the extension: one for browsers of Chromium's kind, one for Firefox. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './places.mjs';

/** @typedef {'chromium' | 'firefox'} BrowserKind */

/**
 * The public key that makes the ID of the extension (main/bridge/extension-ids.ts) in every browser of Chromium's kind, wherever it is
 * loaded from. A test compares the two.
 */
export const CHROMIUM_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwNZlVP3pP95fCL2Wlpi42HlqLJjQw8r0xIqGcW6DI+G1P1KiZGA7aL23oLzLyPRBeOR9vc28Np7ltEyxInDiJdFQjxb2XIMpFnvF9ZZISPoT8vNTag7f/SZJB7EX8B6qTpT0KjCj2KOYCSZCv7CmnYlWwYwsRrn6BOLwT7CZ6wZsi5GqWrVwk03M920gi5CbvaPEJHe048YJKf3VCgrfJu1CKvlVodrEGH/5dB2Bk60LaVmRkMz7emAW/vxkqvNNJy70BE6ytQSDinCv1xcolUIFEC4pXtc+xwjvzZVEB2/9E0V6r0iPcNjlaogHymVjaJKU2mnhcQV4KNL1DqSkmQIDAQAB';

/** Where sites have WebAuthn and a name: everywhere but on this very computer by TLS alone. */
const MATCHES = ['https://*/*', 'http://localhost/*', 'http://*.localhost/*'];

/**
 * @param {BrowserKind} browser
 * @param {string} firefoxId
 */
export function extensionManifest(browser, firefoxId) {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const everywhere = {
    matches: MATCHES,
    run_at: 'document_start',
    all_frames: true,
    match_about_blank: true,
    match_origin_as_fallback: true,
  };
  return {
    manifest_version: 3,
    name: '__MSG_name__',
    description: '__MSG_description__',
    default_locale: 'en',
    version,
    ...(browser === 'chromium'
      ? {
          key: CHROMIUM_KEY,
          minimum_chrome_version: '129',
          background: { service_worker: 'worker.js' },
        }
      : {
          browser_specific_settings: {
            gecko: {
              id: firefoxId,
              strict_min_version: '128.0',
              data_collection_permissions: { required: ['none'] },
            },
          },
          background: { scripts: ['worker.js'] },
        }),
    permissions: ['nativeMessaging', 'storage'],
    content_scripts: [
      { ...everywhere, js: ['page.js'], world: 'MAIN' },
      { ...everywhere, js: ['frame.js'] },
    ],
    icons: { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' },
    options_ui: { page: 'options.html', open_in_tab: true },
    content_security_policy: {
      extension_pages:
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'",
    },
  };
}
