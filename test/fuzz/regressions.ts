/**
 * Inputs that once broke a target, `regressions/<target>/<name>.hex`: lines that begin with # say what went wrong, the rest
 * is the input. Every run begins with them.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/places.mjs';

export const folderOf = (target: string): string => join(projectRoot, 'test/fuzz/regressions', target);

export function regressionsOf(
  target: string,
): readonly { readonly name: string; readonly input: Uint8Array }[] {
  const folder = folderOf(target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.hex'))
    .sort()
    .map((name) => ({ name, input: parse(readFileSync(join(folder, name), 'utf8')) }));
}

function parse(text: string): Uint8Array {
  const hex = text.replace(/^#.*$/gm, '').replace(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/.test(hex))
    throw new Error('a regression vector is hex and lines that begin with #');
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** Returns the path of the new vector. */
export function keepRegression(target: string, input: Uint8Array, whatWentWrong: string): string {
  const folder = folderOf(target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${createHash('sha256').update(input).digest('hex').slice(0, 12)}.hex`);
  const comment = whatWentWrong.split('\n', 1)[0]!.slice(0, 150);
  const lines =
    Buffer.from(input)
      .toString('hex')
      .match(/.{1,120}/g) ?? [];
  writeFileSync(path, `# ${comment}\n${lines.join('\n')}\n`);
  return path;
}
