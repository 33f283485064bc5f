/** Pages with a made-up main process are held to the same content security policy as the real ones, once they are built. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const renderer = join(import.meta.dirname, '../../../renderer');

/** Puts the policy of the real page (a file of `renderer/`) where a page says `<!-- csp -->`. */
export function samePolicyAs(realPage: string): Plugin {
  return {
    name: 'same-policy',
    apply: 'build',
    transformIndexHtml(html) {
      const page = readFileSync(join(renderer, realPage), 'utf8');
      const policy = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/.exec(page)?.[0];
      if (policy === undefined) throw new Error(`renderer/${realPage} has no content security policy`);
      return html.replace('<!-- csp -->', policy);
    },
  };
}
