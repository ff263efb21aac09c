import { ScreenerError } from '@screener/errors';
import { describe, expect, it } from 'vitest';
import { compileRule } from './compile-rule.ts';
import { inputOfLookup } from './evaluation-input.ts';
import type { RuleDefinition } from './rule.ts';

const ruleOf = (condition: string, change: Partial<RuleDefinition> = {}): RuleDefinition => ({
  rule: 'mine',
  version: 1,
  owner: 'somebody',
  title: 'Mine',
  text: '',
  condition,
  parameters: { least: 1.6, most_volume: 100 },
  timeframe: '1h',
  cooldownMs: 0,
  ...change,
});

const evaluate = (condition: string, metrics: Readonly<Record<string, number>> = {}): boolean | undefined =>
  compileRule(ruleOf(condition)).evaluate(inputOfLookup((name) => metrics[name]));

const mistake = (rule: RuleDefinition): ScreenerError => {
  try {
    compileRule(rule);
  } catch (error) {
    if (error instanceof ScreenerError) return error;
    throw error;
  }
  throw new Error(`accepted: ${rule.condition}`);
};

describe('conditions', () => {
  it.each<[string, boolean]>([
    ['6 * volume_1h > volume_8h', true],
    ['6.0 * volume_1h > volume_8h', true],
    ['volume_1h > params.most_volume', false],
    ['change_1h > params.least && change_1h < 2', true],
    ['-change_1h < -1', true],
    ['!(change_1h > 1)', false],
    ['1 / 2 == 0.5', true],
    ['volume_1h * (1 / 3) > 33', true],
    ['change_1h > 1 ? volume_1h == 100 : false', true],
    ['(change_1h > 1) == (volume_1h > 1)', true],
    ['price != 7', false],
    ['price >= 7 && price <= 7', true],
    ['price / 0 > 1e300', true],
    ['true', true],
  ])('%s', (condition, expected) => {
    expect(evaluate(condition, { change_1h: 1.7, volume_1h: 100, volume_8h: 599, price: 7 })).toBe(expected);
  });

  it.each<[string, boolean | undefined]>([
    ['rsi_1h < 30', undefined],
    ['rsi_1h < 30 || true', true],
    ['true || rsi_1h < 30', true],
    ['rsi_1h < 30 && false', false],
    ['false && rsi_1h < 30', false],
    ['rsi_1h < 30 && true', undefined],
    ['false || rsi_1h < 30', undefined],
    ['!(rsi_1h < 30)', undefined],
    ['rsi_1h == rsi_1h', undefined],
    ['rsi_1h < 30 ? true : true', undefined],
    ['true ? true : rsi_1h < 30', true],
    ['-rsi_1h + 1 < 30', undefined],
  ])('an absent number in %s', (condition, expected) => {
    expect(evaluate(condition)).toBe(expected);
  });

  it('reads only names of metrics, each once', () => {
    expect(compileRule(ruleOf('change_5m > change_1h && change_5m > params.least')).names).toEqual([
      'change_5m',
      'change_1h',
    ]);
  });
});

describe('mistakes say where, and what was expected', () => {
  it.each<[string, number, string, string]>([
    ['', 1, 'it is empty', 'a condition such as change_1h > 1.6'],
    ['change_1h', 1, 'it is a number, not a condition', 'a comparison such as change_1h > 1.6'],
    ['1 > chnage_1h', 5, "unknown name 'chnage_1h'", 'change_1h'],
    ['Change_1H > 1', 1, "unknown name 'Change_1H'", 'change_1h'],
    ['wholly_unknown_number > 1', 1, "unknown name 'wholly_unknown_number'", 'a metric name such as change_1h'],
    ['price > params.last', 9, "unknown parameter 'params.last'", 'params.least'],
    ['price > params.constructor', 9, "unknown parameter 'params.constructor'", 'one of least, most_volume'],
    ['price > constructor', 9, "unknown name 'constructor'", 'a metric name such as change_1h'],
    ['price > market.breadht', 9, "unknown name 'market.breadht'", 'market.breadth'],
    ['price > market', 9, "'market' alone is no number", 'a number of the market such as market.breadth'],
    ['price > 1 && change_1h', 14, "a number beside '&&'", 'a condition such as change_1h > 1.6'],
    ['(price > 1) + 2 > 1', 2, "a condition beside '+'", 'a number'],
    ['!price', 2, "a number beside '!'", 'a condition such as change_1h > 1.6'],
    ['price == (price > 1)', 11, 'a condition beside a number', 'a number'],
    ['price > 1 ? 1 : true', 17, 'a condition where the other branch is a number', 'a number'],
    ['price > "7"', 9, "a text beside '>'", 'a number'],
    ['price > 9007199254740993', 9, '9007199254740993 is not a number that can be used', 'a number such as 1.6'],
    ['price % 2 > 1', 1, 'price % 2 cannot be used here', 'numbers, names, comparisons, && || !'],
    ['abs(price, 2) > 1', 1, "2 arguments for 'abs'", '1, such as abs(change_5m) > 3'],
    ['asb(price) > 1', 1, "unknown function 'asb'", 'abs'],
    ['[price].al(p, p > 1)', 9, "a list has no 'al' of 2 arguments", 'all'],
    ['price >', 8, 'it ends too early', 'a number, a name or an opening parenthesis'],
    ['(price > 1', 11, 'it ends too early', "')'"],
    ['price > 1 and rsi_1h < 30', 11, "found 'and'", 'an operator (&& || ! == != < <= > >= + - * /) or the end'],
    ['price = 1', 7, "found '='", 'an operator (&& || ! == != < <= > >= + - * /) or the end'],
  ])('%s', (condition, position, reason, expected) => {
    const error = mistake(ruleOf(condition));
    expect(error.code).toBe('RULE_CONDITION_INVALID');
    expect(error.facts).toEqual({ rule: 'mine', position, reason, expected });
    expect(error.message).toBe(`rule mine, character ${position} of its condition: ${reason}; expected ${expected}`);
  });

  it.each<[string, string]>([
    [`${'('.repeat(200)}price > 1${')'.repeat(200)}`, 'nested parentheses'],
    [Array.from({ length: 300 }, () => 'price > 1').join('&&'), 'at most 500 terms'],
    [`${'!'.repeat(3_990)}true`, 'at most 500 terms'],
    [`price > 1 ${' '.repeat(5_000)}`, 'at most 4000 characters'],
  ])('a condition without limit: %#', (condition, expected) => {
    expect(mistake(ruleOf(condition)).message).toContain(expected);
  });

  it.each<[Partial<RuleDefinition>, string]>([
    [{ rule: '' }, 'rule (without an id): its id is'],
    [{ rule: 'a b' }, "its id is 'a b'"],
    [{ version: 0 }, 'its version is 0; expected a whole number'],
    [{ timeframe: '2h' }, "its timeframe is '2h'; expected one of 1m, 5m"],
    [{ cooldownMs: -1 }, 'its cooldown is -1 ms'],
    [{ cooldownMs: Number.NaN }, 'its cooldown is NaN ms'],
    [{ parameters: { x: Number.NaN } }, 'its parameter x is NaN'],
  ])('a rule with %o', (change, message) => {
    const error = mistake(ruleOf('true', change));
    expect(error.code).toBe('RULE_INVALID');
    expect(error.message).toContain(message);
  });
});
