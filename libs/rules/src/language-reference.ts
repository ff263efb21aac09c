/** Every construct of the language with an example: docs/rule-language.md is made of these rows, a test compiles each example. */
import { CANDLES_MAX, candleFields } from './candle-history.ts';
import { CONDITION_COST_MAX } from './compile-condition.ts';
import { aggregates, macros, numberFunctions, textTests } from './condition-functions.ts';
import { conditionNames, instrumentTexts, type NumberName } from './condition-names.ts';
import { LOOP_DEPTH_MAX } from './evaluation-input.ts';
import { CONDITION_DEPTH_MAX, CONDITION_LENGTH_MAX, CONDITION_NODES_MAX } from './parse-condition.ts';

export interface LanguageRow {
  /** How it is written. */
  readonly written: string;
  readonly about: string;
  /** A whole condition; absent where the row explains itself. */
  readonly example?: string | undefined;
}

export interface LanguageSection {
  readonly title: string;
  readonly about: string;
  readonly rows: readonly LanguageRow[];
}

const operators: readonly LanguageRow[] = [
  { written: '> >= < <=', about: 'Compare two numbers', example: 'change_1h > 1.6' },
  { written: '== !=', about: 'Equal or not: numbers, texts or conditions', example: 'supertrend_direction_1h == 1' },
  { written: '&&', about: 'Both hold', example: 'change_1h > 1.6 && volume_1h > 500000' },
  { written: '||', about: 'At least one holds', example: 'rsi_1h < 30 || rsi_4h < 30' },
  { written: '!', about: 'Does not hold', example: '!(rsi_1h > 70)' },
  { written: '+ - * /', about: 'Calculate, in doubles', example: '6 * volume_1h > volume_8h' },
  { written: '? :', about: 'One or the other', example: '(price > ema200_1d ? rsi_1h : rsi_4h) < 30' },
  { written: 'in [ ]', about: 'Is one of a list', example: 'instrument.symbol in ["BTCUSDT", "ETHUSDT"]' },
  { written: '( )', about: 'What belongs together', example: '(high_8h - low_8h) / low_8h < 0.02' },
  { written: '// …', about: 'A remark, up to the end of the line', example: 'change_1h > 1.6 // in percent' },
];

const names: readonly LanguageRow[] = [
  { written: 'change_1h', about: 'A metric of this minute; all of them below', example: 'change_1h > 1.6' },
  {
    written: 'previous.change_1h',
    about: 'The same of the minute before; absent where that minute is missing',
    example: 'previous.price < 65000 && price >= 65000',
  },
  { written: 'market.breadth', about: 'A number of the whole market', example: 'market.breadth > 0.7' },
  {
    written: 'rank.volume_1d',
    about: 'Where the instrument stands among all; 1 is the highest',
    example: 'rank.change_1h <= 10',
  },
  {
    written: 'btc.change_1h, eth.change_1h',
    about: 'A number of Bitcoin or Ether',
    example: 'change_1h > btc.change_1h + 2',
  },
  { written: 'instrument.symbol', about: 'A text of the instrument', example: 'instrument.quote == "USDT"' },
  {
    written: 'params.x',
    about: 'A parameter of the rule, which can be changed without touching the condition',
    example: 'change_1h > params.x',
  },
  {
    written: 'has(previous.rsi_1h)',
    about: 'Whether a name with a dot is present',
    example: 'has(previous.rsi_1h) && rsi_1h < 30',
  },
  {
    written: 'candles.last(n)',
    about: `The last n one-minute candles, oldest first; whole n from 1 to ${CANDLES_MAX}; absent where one is missing. The newest is that of the minute, in mode \`live\` the one in progress`,
    example: 'candles.last(3).all(c, c.close > c.open)',
  },
  {
    written: 'candles.last(n)[i]',
    about: 'One of them; 0 is the oldest',
    example: 'candles.last(2)[0].close < candles.last(2)[1].open',
  },
];

const example =
  <Row extends { readonly about: string; readonly example: string }>(written: (row: Row) => string) =>
  (row: Row): LanguageRow => ({ written: written(row), about: row.about, example: row.example });

const argumentsOf = (least: number, most: number): string => (least === most ? 'x' : `x, y, … (${least} to ${most})`);

const described = (rows: readonly { readonly name: string; readonly about: string }[]): readonly LanguageRow[] =>
  rows.map(({ name, about }) => ({ written: name, about }));

const ofOrigin = (origin: NumberName['origin']): readonly NumberName[] =>
  conditionNames.numbers.filter((number) => number.origin === origin);

export const languageSections: readonly LanguageSection[] = [
  {
    title: 'Operators',
    about: 'In the order of arithmetic and logic: `*` before `+` before `>` before `&&` before `||`.',
    rows: operators,
  },
  { title: 'Names', about: 'What a condition can read.', rows: names },
  {
    title: 'Functions',
    about: 'Absent where one of the numbers is.',
    rows: numberFunctions.map(example(({ name, least, most }) => `${name}(${argumentsOf(least, most)})`)),
  },
  {
    title: 'Lists',
    about:
      '`c` is any name for the element: a candle of `candles.last(n)`, a number of `[change_5m, change_15m]` or of a `map`.',
    rows: [
      ...macros.map(example(({ name }) => (name === 'size' ? '.size()' : `.${name}(c, …)`))),
      ...aggregates.map(example(({ name }) => `.${name}()`)),
    ],
  },
  {
    title: 'Candles',
    about: 'What an element of `candles.last(n)` has, as in `c.close`.',
    rows: described(candleFields),
  },
  {
    title: 'Texts',
    about: 'Of the instrument. Texts are written in single or double quotes.',
    rows: [...described(instrumentTexts), ...textTests.map(example(({ name }) => `.${name}(text)`))],
  },
  {
    title: 'The market',
    about: 'Market-wide numbers of the minute before, as they were recorded when it was closed.',
    rows: described(ofOrigin('market')),
  },
];

/** What is refused when a condition is saved. */
export const languageLimits: readonly LanguageRow[] = [
  { written: `${CONDITION_LENGTH_MAX}`, about: 'characters' },
  { written: `${CONDITION_NODES_MAX}`, about: 'parts: names, numbers, operators, calls' },
  { written: `${CONDITION_DEPTH_MAX}`, about: 'parentheses in each other' },
  { written: `${LOOP_DEPTH_MAX}`, about: 'loops in each other' },
  {
    written: `${CONDITION_COST_MAX}`,
    about: 'steps of one evaluation: one per part, the body of a loop once per element',
  },
];
