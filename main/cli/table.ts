/** Rows in columns, for people. */
import { displayWidth, fitted, padded } from './display-width';
import { shown } from './output';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** May be shortened, where the terminal is narrow; nothing that somebody copies is. */
  readonly flexible?: boolean;
}

const GAP = 2;
const NARROWEST = 8;

/** One line for the titles and one for each row; cells are made safe here. `width` is undefined where lines may be of any length. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | undefined,
): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => shown(cell(row)))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ''))));
  if (width !== undefined) narrow(columns, widths, width);
  return lines
    .map((line) =>
      line
        .map((cell, index) => padded(fitted(cell, widths[index] ?? 0), widths[index] ?? 0))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Takes from the widest of the flexible columns until it fits. */
function narrow<Row>(columns: readonly Column<Row>[], widths: number[], width: number): void {
  const total = (): number => widths.reduce((sum, each) => sum + each, 0) + GAP * (widths.length - 1);
  while (total() > width) {
    const widest = widths
      .map((each, index) => ({ each, index }))
      .filter(({ each, index }) => columns[index]?.flexible && each > NARROWEST)
      .sort((a, b) => b.each - a.each)[0];
    if (!widest) return;
    widths[widest.index] = widest.each - 1;
  }
}

/** Labels and values, one below the other; a value of several lines stays in its column. */
export function labelled(facts: readonly (readonly [label: string, value: string])[], indent = ''): string {
  const width = Math.max(0, ...facts.map(([label]) => displayWidth(label)));
  return facts
    .map(([label, value]) => `${indent}${padded(label, width)}${' '.repeat(GAP)}${value}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}
