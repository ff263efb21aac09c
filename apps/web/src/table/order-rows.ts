import type { Row } from '../store/screener-state.ts';
import { columnOf, type Sort } from './columns.ts';

type Closes = ReadonlyMap<string, readonly number[]>;

/** Letters anywhere in the symbol; several words are alternatives: 'btc eth' shows both. */
export function matchesFilter(row: Row, filter: string): boolean {
  const words = filter
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return words.length === 0 || words.some((word) => row.symbol.toUpperCase().includes(word));
}

/** Filtered and sorted. Absent values come last in both directions; equal ones keep the order of their names. */
export function orderRows(rows: Iterable<Row>, closes: Closes, sort: Sort, filter: string): Row[] {
  const column = columnOf(sort.column);
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const keyed = Array.from(rows)
    .filter((row) => matchesFilter(row, filter))
    .map((row) => ({ row, key: column?.value(row, closes.get(row.instrument)) ?? null }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, sign) || compareText(a.row.instrument, b.row.instrument));
  return keyed.map(({ row }) => row);
}

function compareKeys(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * compareText(String(a), String(b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The rows as they stood before, with today's numbers: nothing may move away from under a pointer that is about to
 * click. Rows that left are gone, new ones come last.
 */
export function holdOrder(ordered: readonly Row[], heldIds: readonly string[]): readonly Row[] {
  const byId = new Map(ordered.map((row) => [row.instrument, row]));
  const held: Row[] = [];
  for (const id of heldIds) {
    const row = byId.get(id);
    if (row !== undefined) held.push(row);
    byId.delete(id);
  }
  return [...held, ...byId.values()];
}
