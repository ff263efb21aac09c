import { describe, expect, it } from 'vitest';
import { CONDITION_COST_MAX, compileCondition } from './compile-condition.ts';
import { ConditionMistake } from './condition-mistake.ts';

const mistakeIn = (condition: string): ConditionMistake => {
  try {
    compileCondition(condition, { least: 1 });
  } catch (error) {
    if (error instanceof ConditionMistake) return error;
    throw error;
  }
  throw new Error(`accepted: ${condition}`);
};

describe('a mistake', () => {
  it.each<[string, number, string, string]>([
    ['candles', 1, "'candles' alone is no number", 'candles.last(3)'],
    ['candles.last(3)', 1, 'it is a list, not a condition', 'a comparison such as change_1h > 1.6'],
    ['candles.last(0).all(c, c.close > 1)', 14, '0 candles', 'candles.last(n) with a whole n from 1 to 60'],
    ['candles.last(61).all(c, true)', 14, '61 candles', 'candles.last(n) with a whole n from 1 to 60'],
    ['candles.last(n).all(c, true)', 14, 'n candles', 'candles.last(n) with a whole n from 1 to 60'],
    ['candles.last(3.0).all(c,true)', 14, '3.0 candles', 'candles.last(n) with a whole n from 1 to 60'],
    ['candles.lats(3).all(c,true)', 9, "1 argument for 'candles.lats'", 'candles.last(n) with a whole n from 1 to 60'],
    ['candles.last(3).all(c, c.clsoe > 1)', 26, "a candle has no 'clsoe'", 'close'],
    ['candles.last(3).all(c, c)', 24, "a candle beside 'all'", 'a condition such as change_1h > 1.6'],
    ['candles.last(3).all(c, close > 1)', 24, "unknown name 'close'", 'a metric name such as change_1h'],
    ['candles.last(3).all(1, true)', 21, "found '1'", 'a variable such as c'],
    ['candles.last(3).all(c)', 17, "1 argument for 'all'", 'a variable and an expression, such as all(c, …)'],
    ['candles.last(3).map(c, c.close > 1).max() > 1', 24, "a condition beside 'map'", 'a number'],
    ['candles.last(3).max() > 1', 17, 'the max of a list of candles', 'numbers, such as .map(c, c.close).max()'],
    ['candles.last(3).map(c, c.close) > 1', 1, "a list beside '>'", 'a number'],
    ['candles.last(3)[3].close > 1', 17, '3 is not the place of an element', 'a whole number from 0 to 2'],
    ['candles.last(3)[0.0].close > 1', 17, '0.0 is not the place of an element', 'a whole number from 0 to 2'],
    ['candles.last(3)[0] > 1', 1, "a candle beside '>'", 'a number'],
    ['candles[0].close > 1', 1, "'candles' alone is no number", 'candles.last(3)'],
    [
      'candles.last(3).all(c, candles.last(3).all(c, true))',
      44,
      "'c' is the variable of the loop around it",
      'another name',
    ],
    ['instrument.symbol > 1', 1, "a text beside '>'", 'a number'],
    ['instrument.symbol == 1', 22, 'a number beside a text', 'a text'],
    ['instrument.smybol == "x"', 1, "unknown name 'instrument.smybol'", 'instrument.symbol'],
    ['instrument.symbol in ["a", 1]', 28, 'a number beside a text', 'a text'],
    ['instrument.symbol in []', 22, 'the list is empty', 'a list such as [1, 2]'],
    ['price in ["a"]', 10, 'a list of texts beside a number', 'a list of numbers such as [1, 2]'],
    ['price in price', 10, "a number beside 'in'", 'a list such as candles.last(3)'],
    ['instrument.symbol.matches("x")', 19, "a text has no 'matches'", 'one of startsWith, endsWith, contains'],
    ['instrument.symbol.startsWith(1)', 30, "a number beside 'startsWith'", 'a text'],
    [
      'previous.candles.last(3)',
      1,
      "unknown name 'previous.candles'",
      'a number of the minute before such as previous.price',
    ],
    ['previous.change_1 > 1', 1, "unknown name 'previous.change_1'", 'previous.change_1m'],
    ['previous > 1', 1, "'previous' alone is no number", 'a number of the minute before such as previous.price'],
    ['params', 1, "'params' alone is no number", 'params.x for a parameter'],
    ['foo.bar > 1', 1, "unknown name 'foo.bar'", 'a metric name such as change_1h'],
    ['price.close > 1', 1, "unknown name 'price.close'", 'a metric name such as change_1h'],
    ['has(price)', 1, 'has(price) cannot be asked', 'a name with a dot, such as has(previous.rsi_1h)'],
    ['has(previous.foo)', 5, "unknown name 'previous.foo'", 'a number of the minute before such as previous.price'],
    ['has(price > 1)', 1, 'has(price > 1) cannot be asked', 'a name with a dot, such as has(previous.rsi_1h)'],
    ['min(1) > 1', 1, "1 argument for 'min'", '2 to 8, such as min(change_5m, change_15m, change_1h) > 0'],
    ['min(price, "a") > 1', 12, "a text beside 'min'", 'a number'],
    ['max(price > 1, 2) > 1', 5, "a condition beside 'max'", 'a number'],
    ['pow(price, 2) > 1', 1, "unknown function 'pow'", 'one of abs, min, max, floor, ceil, round, sqrt, log'],
    ['{"a": 1}.a > 1', 1, '{"a": 1} cannot be used here', 'numbers, names, comparisons, && || !'],
    ['null == price', 1, 'null is not a number that can be used', 'a number such as 1.6'],
    ['b"abc" == price', 1, 'b"abc" is not a number that can be used', 'a number such as 1.6'],
    ['6u * price > 1', 1, '6u is not a number that can be used', 'a number such as 1.6'],
    ['1e400 < price', 1, "found '1e400'", 'a number that a double can hold'],
    ['price > 1 ? 2', 14, 'it ends too early', "':'"],
    ['"abc', 1, `found '"'`, 'a text that ends with the quote it began with'],
    ['size([1,2]) > 1', 1, "unknown function 'size'", 'one of abs, min, max, floor, ceil, round, sqrt, log'],
    ['type(price) == double', 1, "unknown function 'type'", 'one of abs, min, max, floor, ceil, round, sqrt, log'],
    [
      'candles.last(60).all(a, candles.last(60).all(b, a.close > b.close))',
      1,
      'it takes 21782 steps',
      'at most 5000: shorter candles.last(n), fewer loops in loops',
    ],
    ['["a"].all(x, x == "a")', 7, 'a loop over texts', "'in' for a list of texts"],
    ['["a", instrument.symbol].size() > 1', 26, 'the size of a list of texts', "'in' for a list of texts"],
    ['price[0] > 1', 1, "a number beside '['", 'a list such as candles.last(3)'],
    ['"abc"[0] == "a"', 1, "a text beside '['", 'a list such as candles.last(3)'],
    ['a.b()', 1, "unknown name 'a'", 'a metric name such as change_1h'],
    ['__proto__ > 1', 1, "found '__proto__'", 'a metric name such as change_1h'],
    ['constructor.x > 1', 1, "unknown name 'constructor.x'", 'a metric name such as change_1h'],
    [
      'previous.constructor > 1',
      1,
      "unknown name 'previous.constructor'",
      'a number of the minute before such as previous.price',
    ],
    ['if > 1', 1, "found 'if'", 'a metric name such as change_1h'],
    ['price >> 1', 8, "found '>'", 'a number, a name or an opening parenthesis'],
    ['price > .5', 9, "found '.'", 'a number, a name or an opening parenthesis'],
    ['price > 1.', 11, 'it ends too early', 'a name'],
    ['price > 1_000', 10, "found '_000'", 'an operator (&& || ! == != < <= > >= + - * /) or the end'],
    ['price > 1,000', 10, "found ','", 'an operator (&& || ! == != < <= > >= + - * /) or the end'],
    ['price ≥ 1', 7, "found '≥'", 'an operator (&& || ! == != < <= > >= + - * /) or the end'],
    ['rank.change_1h <= 10 && (market.breadth > 0.7', 46, 'it ends too early', "')'"],
    ['candles.last(3).exists_once(c, true)', 17, "a list has no 'exists_once' of 2 arguments", 'exists_one'],
  ])('in %s', (condition, position, reason, expected) => {
    expect(mistakeIn(condition)).toMatchObject({ position, reason, expected });
  });

  it('is quoted in part where it is long', () => {
    const { reason } = mistakeIn(`{"${'a'.repeat(500)}": 1} == 1`);
    expect(reason.length).toBeLessThan(200);
  });
});

describe('the cost of a condition', () => {
  it.each<[string, number]>([
    ['true', 1],
    ['price > 1', 3],
    ['price > 1 && price < 2', 7],
    ['candles.last(3).all(c, c.close > c.open)', 20],
    ['candles.last(10).all(a, candles.last(10).all(b, a.close > b.close))', 632],
    ['candles.last(20).filter(c, c.close > c.open).size() > 10', 145],
    ['[price, 1].map(x, x * 2).max() > 1', 15],
  ])('of %s is %d', (condition, cost) => {
    expect(compileCondition(condition).cost).toBe(cost);
  });

  it('has a limit that loops in loops soon reach', () => {
    expect(compileCondition('candles.last(25).all(a, candles.last(25).all(b, a.close > b.close))').cost).toBeLessThan(
      CONDITION_COST_MAX,
    );
    expect(mistakeIn('candles.last(60).all(a, candles.last(60).all(b, a.close > b.close))').reason).toContain('steps');
  });
});

it('a condition says what it reads', () => {
  const reads = (condition: string) => compileCondition(condition).reads;
  const nothing = { live: false, price: false, previous: false, market: false, candles: 0 };
  expect(reads('rsi_1h < 30')).toEqual(nothing);
  expect(reads('price > 1')).toEqual({ ...nothing, live: true, price: true });
  expect(reads('high_1m > 1 && volume_1h > 1')).toEqual({ ...nothing, live: true });
  expect(reads('has(previous.price)')).toEqual({ ...nothing, previous: true });
  expect(reads('rank.volume_1d < 5 || btc.price > 1')).toEqual({ ...nothing, market: true });
  expect(reads('candles.last(3).all(c, candles.last(7).all(d, c.close > d.open))')).toEqual({
    ...nothing,
    live: true,
    price: true,
    candles: 7,
  });
  expect(compileCondition('rank.volume_1d < 5 && (previous.price > price || rank.volume_1d > 1)').names).toEqual([
    'rank.volume_1d',
    'previous.price',
    'price',
  ]);
});
