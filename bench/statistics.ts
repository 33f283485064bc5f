/** Middle and edge of a set of measurements. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** A figure that the project wants to stay under. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: '×' | 'ms';
  readonly limit: number;
  /** What it was compared with, or how it came about. */
  readonly note: string;
}

export function formatFigure({ name, value, unit, limit, note }: Figure): string {
  const verdict = value <= limit ? 'ok  ' : 'OVER';
  return `${verdict} ${name}: ${value.toFixed(2)} ${unit} (at most ${limit} ${unit}); ${note}`;
}
