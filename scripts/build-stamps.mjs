/** What something in `out/` was built from, so that it is built again only when that has changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './places.mjs';

/** @param {string} stamp */
export function builtFrom(stamp) {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

/**
 * One hash over names and contents. Contents rather than dates: switching branches back and forth changes dates only.
 * @param {readonly string[]} paths
 * @param {readonly string[]} [command]  What else the result depends on: how it is built.
 */
export function hashOf(paths, command = []) {
  const hash = createHash('sha256').update(JSON.stringify(command));
  /** @param {string} path */
  const add = (path) => {
    const absolute = join(projectRoot, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(absolute).sort()) add(join(path, name));
    } else {
      const content = readFileSync(absolute);
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}
