import type { Row } from '../store/screener-state.ts';

/** The columns of the table, in order. Sorting by a column reads `value`; an absent number sorts last either way. */
export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  /** For people who hover or listen */
  readonly about: string;
  readonly value: (row: Row, closes: readonly number[] | undefined) => number | string | null;
}

export type ColumnId =
  | 'symbol'
  | 'price'
  | 'change5m'
  | 'change15m'
  | 'change1h'
  | 'change4h'
  | 'change8h'
  | 'change1d'
  | 'volume1h'
  | 'volume1d'
  | 'rsi1h'
  | 'trend';

export const CHANGE_COLUMNS = ['change5m', 'change15m', 'change1h', 'change4h', 'change8h', 'change1d'] as const;

export type SortDirection = 'ascending' | 'descending';

export interface Sort {
  readonly column: ColumnId;
  readonly direction: SortDirection;
}

export const DEFAULT_SORT: Sort = { column: 'volume1d', direction: 'descending' };

function change(id: (typeof CHANGE_COLUMNS)[number], title: string): Column {
  return { id, title, about: `Change over the last ${title}, in percent`, value: (row) => row[id] };
}

/** What the sparkline shows as one number, so that its column sorts too. */
export function trendPercent(closes: readonly number[] | undefined, price: number | null): number | null {
  const first = closes?.[0];
  const last = price ?? closes?.at(-1);
  return first === undefined || last === undefined || first === 0 ? null : ((last - first) / first) * 100;
}

export const COLUMNS: readonly Column[] = [
  { id: 'symbol', title: 'Symbol', about: 'Instrument, base and quote', value: (row) => row.symbol },
  { id: 'price', title: 'Price', about: 'Latest price', value: (row) => row.price },
  change('change5m', '5m'),
  change('change15m', '15m'),
  change('change1h', '1h'),
  change('change4h', '4h'),
  change('change8h', '8h'),
  change('change1d', '24h'),
  { id: 'volume1h', title: 'Vol 1h', about: 'Quote volume of the last hour', value: (row) => row.volume1h },
  { id: 'volume1d', title: 'Vol 24h', about: 'Quote volume of the last 24 hours', value: (row) => row.volume1d },
  { id: 'rsi1h', title: 'RSI 1h', about: 'RSI(14) as of the last closed hour', value: (row) => row.rsi1h },
  {
    id: 'trend',
    title: 'Last 60m',
    about: 'Closes of the last 60 minutes; sorts by their change',
    value: (row, closes) => trendPercent(closes, row.price),
  },
];

export function columnOf(id: string): Column | undefined {
  return COLUMNS.find((column) => column.id === id);
}

/** A first click shows what traders look for first: the largest numbers, but names from A. */
export function nextSort(sort: Sort, column: ColumnId): Sort {
  const first: SortDirection = column === 'symbol' ? 'ascending' : 'descending';
  if (sort.column !== column) return { column, direction: first };
  return { column, direction: sort.direction === 'ascending' ? 'descending' : 'ascending' };
}
