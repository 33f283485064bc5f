const USUAL: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 240, 480];

/** Minutes to choose from; what is set now is always among them, also when the settings file says something unusual. */
export function autoLockChoices(now: number): readonly number[] {
  return USUAL.includes(now) ? USUAL : [...USUAL, now].sort((a, b) => a - b);
}
