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
  /** Infinity for a figure that is only reported. */
  readonly limit: number;
  /** What it was compared with, or how it came about. */
  readonly note: string;
}

export function formatFigure({ name, value, unit, limit, note }: Figure): string {
  const shown = `${name}: ${value.toFixed(2)} ${unit}`;
  if (limit === Infinity) return `     ${shown}; ${note}`;
  return `${value <= limit ? 'ok  ' : 'OVER'} ${shown} (at most ${limit} ${unit}); ${note}`;
}
