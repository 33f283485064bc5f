const DAY = 24 * 60 * 60_000;

/** Whole days until it goes for good, rounded up; 0 on the last one. */
export function daysLeft(goes: number, now: number): number {
  const left = goes - now;
  return left <= DAY ? 0 : Math.ceil(left / DAY);
}
