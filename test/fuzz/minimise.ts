/** The shortest input found that still fails in the same way, with bytes as plain as can be. */

/** More tries than these gain little. */
const MAX_TRIES = 600;

/** @param fails whether an input fails in the way that matters. */
export async function minimised(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = input;
  let tries = 0;
  const accept = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries++ >= MAX_TRIES || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.max(1, best.length >> 1); size >= 1; size >>= 1)
    for (let at = 0; at < best.length;) {
      const shorter = Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + size)]);
      if (!(await accept(shorter))) at += size;
    }
  for (let at = 0; at < best.length; at++) if (best[at] !== 0) await accept(best.with(at, 0));
  return best;
}
