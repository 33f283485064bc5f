/** The mark that electron-builder.testers.yml puts into the package.json of a build for testers. */

/** `packageJson` has `"latchkey": {"forTesters": true}`. */
export function isMarked(packageJson: string): boolean {
  const { latchkey } = JSON.parse(packageJson) as { readonly latchkey?: { readonly forTesters?: unknown } };
  return latchkey?.forTesters === true;
}
