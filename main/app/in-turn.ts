/**
 * Loads a part of the program after everything that waits already. Loading takes up to ten milliseconds, in which nobody gets an answer:
 * neither the page's process, which asks before it can begin, nor who fetches its files.
 */
export async function inTurn<T>(load: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  return load();
}
