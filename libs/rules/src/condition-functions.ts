/** Functions and methods of the language: one row each. Checking, evaluation, the library in the tests and the reference read them here. */

export interface NumberFunction {
  readonly name: string;
  readonly about: string;
  readonly example: string;
  /** How many numbers it takes. */
  readonly least: number;
  readonly most: number;
  readonly compute: (...numbers: readonly number[]) => number;
}

const ARGUMENTS_MAX = 8;

/** Adding a half would round 0.49999999999999994 up: the difference to the whole part is exact. */
function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

export const numberFunctions: readonly NumberFunction[] = [
  {
    name: 'abs',
    about: 'Without its sign',
    example: 'abs(change_5m) > 3',
    least: 1,
    most: 1,
    compute: (x = 0) => Math.abs(x),
  },
  {
    name: 'min',
    about: 'The smallest',
    example: 'min(change_5m, change_15m, change_1h) > 0',
    least: 2,
    most: ARGUMENTS_MAX,
    compute: (...numbers) => Math.min(...numbers),
  },
  {
    name: 'max',
    about: 'The largest',
    example: 'price > max(bb_upper_1h, high_4h)',
    least: 2,
    most: ARGUMENTS_MAX,
    compute: (...numbers) => Math.max(...numbers),
  },
  {
    name: 'floor',
    about: 'The whole number below',
    example: 'floor(price / 1000) > floor(previous.price / 1000)',
    least: 1,
    most: 1,
    compute: (x = 0) => Math.floor(x),
  },
  {
    name: 'ceil',
    about: 'The whole number above',
    example: 'ceil(price / 1000) < ceil(previous.price / 1000)',
    least: 1,
    most: 1,
    compute: (x = 0) => Math.ceil(x),
  },
  {
    name: 'round',
    about: 'The nearest whole number; halves go away from zero',
    example: 'round(change_1h) >= 2',
    least: 1,
    most: 1,
    compute: (x = 0) => roundHalfAway(x),
  },
  {
    name: 'sqrt',
    about: 'Square root; of a negative number NaN, with which no comparison holds',
    example: 'sqrt(volume_1h) > 2000',
    least: 1,
    most: 1,
    compute: (x = 0) => Math.sqrt(x),
  },
  {
    name: 'log',
    about: 'Natural logarithm',
    example: 'log(price / open_1d) > 0.05',
    least: 1,
    most: 1,
    compute: (x = 0) => Math.log(x),
  },
];

/** A number of a list of numbers. undefined: absent, where the list is empty. */
export interface Aggregate {
  readonly name: string;
  readonly about: string;
  readonly example: string;
  readonly compute: (numbers: readonly number[]) => number | undefined;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const notEmpty = (numbers: readonly number[], compute: (numbers: readonly number[]) => number): number | undefined =>
  numbers.length === 0 ? undefined : compute(numbers);

export const aggregates: readonly Aggregate[] = [
  {
    name: 'max',
    about: 'The largest; absent for an empty list',
    example: 'price >= candles.last(30).map(c, c.high).max()',
    compute: (numbers) => notEmpty(numbers, (all) => Math.max(...all)),
  },
  {
    name: 'min',
    about: 'The smallest; absent for an empty list',
    example: 'price <= candles.last(30).map(c, c.low).min()',
    compute: (numbers) => notEmpty(numbers, (all) => Math.min(...all)),
  },
  {
    name: 'sum',
    about: 'The sum from first to last; 0 for an empty list',
    example: 'candles.last(3).map(c, c.volume).sum() > volume_1h / 4',
    compute: sum,
  },
  {
    name: 'mean',
    about: 'The sum through the number of elements; absent for an empty list',
    example: 'volume_1m > 4 * candles.last(20).map(c, c.volume).mean()',
    compute: (numbers) => notEmpty(numbers, (all) => sum(all) / all.length),
  },
];

export interface TextTest {
  readonly name: string;
  readonly about: string;
  readonly example: string;
  readonly test: (text: string, argument: string) => boolean;
}

export const textTests: readonly TextTest[] = [
  {
    name: 'startsWith',
    about: 'Begins with',
    example: 'instrument.symbol.startsWith("BTC")',
    test: (text, argument) => text.startsWith(argument),
  },
  {
    name: 'endsWith',
    about: 'Ends with',
    example: 'instrument.symbol.endsWith("USDC")',
    test: (text, argument) => text.endsWith(argument),
  },
  {
    name: 'contains',
    about: 'Contains',
    example: '!instrument.symbol.contains("1000")',
    test: (text, argument) => text.includes(argument),
  },
];

/** Loops over the elements of a list. */
export interface Macro {
  readonly name: string;
  readonly about: string;
  readonly example: string;
}

export const macros: readonly Macro[] = [
  { name: 'all', about: 'Holds when it holds for every element', example: 'candles.last(3).all(c, c.close > c.open)' },
  {
    name: 'exists',
    about: 'Holds when it holds for one element or more',
    example: 'candles.last(15).exists(c, c.volume > volume_1h / 10)',
  },
  {
    name: 'exists_one',
    about: 'Holds when it holds for exactly one element',
    example: 'candles.last(10).exists_one(c, c.close < c.open)',
  },
  {
    name: 'filter',
    about: 'The elements for which it holds',
    example: 'candles.last(10).filter(c, c.close > c.open).size() >= 8',
  },
  {
    name: 'map',
    about: 'A number of every element',
    example: 'candles.last(5).map(c, c.high - c.low).max() > 2 * atr_1m',
  },
  { name: 'size', about: 'How many elements it has', example: 'candles.last(60).filter(c, c.trades == 0).size() < 5' },
];

const byName = <Row extends { readonly name: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.name, row]));

export const numberFunctionByName = byName(numberFunctions);
export const aggregateByName = byName(aggregates);
export const textTestByName = byName(textTests);
export const methodNames: readonly string[] = [...macros, ...aggregates, ...textTests].map(({ name }) => name);
