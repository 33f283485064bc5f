/** What a small window draws, as its preload script gives it. */
interface ViewSource<V> {
  view(): Promise<V>;
  on(listener: (view: V) => void): () => void;
}

/** Tells what is to be drawn, now and whenever that changes. Returns what ends it. @param unreachable nobody answers */
export function followView<V>(
  source: ViewSource<V>,
  tell: (view: V) => void,
  unreachable: () => void = () => undefined,
): () => void {
  // An event that comes before the snapshot is newer than it.
  let told = false;
  const stop = source.on((now) => {
    told = true;
    tell(now);
  });
  source.view().then((now) => {
    if (!told) tell(now);
  }, unreachable);
  return stop;
}
