/** Everything of a rule but its condition, checked before it is saved. */
import { ScreenerError } from '@screener/errors';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import { compileMessage } from './message-template.ts';
import {
  crossingDirections,
  type PriceLevel,
  type RuleDefinition,
  type RuleUniverse,
  severities,
  triggerFrequencies,
  triggerModes,
} from './rule.ts';
import { scheduleProblem } from './schedule.ts';
import { timeframeMinutes } from './timeframe.ts';

/** Limits of a rule. What is larger is refused when it is saved. */
export const ruleLimits = {
  titleLength: 120,
  textLength: 2_000,
  ownerLength: 100,
  parameters: 50,
  /** As long as alerts are kept. */
  cooldownMs: 30 * 86_400_000,
  forMinutes: 1_440,
  /** Symbols, quotes and exclusions of a universe, each. */
  universeNames: 1_000,
  topByVolume: 10_000,
} as const;

interface Problem {
  readonly reason: string;
  readonly expected: string;
}

/** Throws RULE_INVALID with the first thing that is wrong. The condition is checked where it is compiled, by `compileRule`. */
export function assertRule(rule: RuleDefinition, names: ConditionNames = conditionNames): void {
  const problem = ruleProblem(rule, names);
  if (problem) throw new ScreenerError('RULE_INVALID', { rule: shownId(rule.rule), ...problem });
}

const SHOWN_LENGTH_MAX = 60;

/** An id as a message of one line can have it, whatever somebody wrote. */
export function shownId(rule: string): string {
  const shown = rule.slice(0, SHOWN_LENGTH_MAX);
  if (/\p{Cc}/u.test(shown)) return JSON.stringify(shown);
  return shown === '' ? '(without an id)' : shown;
}

function ruleProblem(rule: RuleDefinition, names: ConditionNames): Problem | undefined {
  return (
    namesProblem(rule) ??
    parametersProblem(rule) ??
    triggerProblem(rule, names) ??
    (rule.universe ? universeProblem(rule.universe) : undefined) ??
    (rule.schedule ? scheduleProblem(rule.schedule) : undefined) ??
    (rule.priceLevel ? priceLevelProblem(rule.priceLevel, rule) : undefined) ??
    messageProblem(rule, names)
  );
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

function namesProblem({ rule, version, owner, title, text, arming = 0 }: RuleDefinition): Problem | undefined {
  if (!/^[A-Za-z0-9][\w.:-]{0,99}$/.test(rule)) {
    return {
      reason: `its id is '${shownId(rule)}'`,
      expected: 'up to 100 letters, digits, _ . : -, for example my_rule',
    };
  }
  if (!isWhole(version, 1, 2 ** 31 - 1)) {
    return { reason: `its version is ${version}`, expected: 'a whole number, 1 or more, for example 1' };
  }
  if (!isWhole(arming, 0, 2 ** 31 - 1)) {
    return { reason: `its arming is ${arming}`, expected: 'a whole number, 0 or more, for example 1' };
  }
  const lengths = [
    ['owner', owner, 1, ruleLimits.ownerLength, 'preset'],
    ['title', title, 1, ruleLimits.titleLength, 'Bitcoin above 65,000'],
    ['text', text, 0, ruleLimits.textLength, 'What it means'],
  ] as const;
  for (const [name, value, least, most, example] of lengths) {
    // A text may have several lines; the others stand in tables and in lines of messages.
    if (name !== 'text' && /\p{Cc}/u.test(value)) {
      return {
        reason: `its ${name} has a line break or another control character`,
        expected: `one line, for example ${example}`,
      };
    }
    if (value.trim().length >= least && value.length <= most) continue;
    const reason = value.trim() === '' ? `its ${name} is empty` : `its ${name} has ${value.length} characters`;
    return { reason, expected: `${least} to ${most} characters, for example ${example}` };
  }
  return undefined;
}

function parametersProblem({ parameters, ranges = [] }: RuleDefinition): Problem | undefined {
  const names = Object.keys(parameters);
  if (names.length > ruleLimits.parameters) {
    return { reason: `it has ${names.length} parameters`, expected: `at most ${ruleLimits.parameters}` };
  }
  for (const name of names) {
    if (!/^[A-Za-z_]\w{0,99}$/.test(name)) {
      return {
        reason: `a parameter is called '${name}'`,
        expected: 'letters, digits and _, for example change_1h_min',
      };
    }
    if (!Number.isFinite(parameters[name])) {
      return { reason: `its parameter ${name} is ${parameters[name]}`, expected: 'a number, for example 1.6' };
    }
  }
  for (const { name, min, max, step } of ranges) {
    if (!Object.hasOwn(parameters, name)) {
      return { reason: `it has a range for ${name}, which is no parameter`, expected: oneOf(names) };
    }
    if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max && step > 0 && Number.isFinite(step))) {
      return {
        reason: `the range of its parameter ${name} is ${min} to ${max} by ${step}`,
        expected: 'min up to max by a step above 0, for example 0 to 100 by 0.1',
      };
    }
    const value = parameters[name] ?? Number.NaN;
    if (value < min || value > max) {
      return {
        reason: `its parameter ${name} is ${value}`,
        expected: `${min} to ${max}, for example ${clamp(value, min, max)}`,
      };
    }
  }
  if (new Set(ranges.map(({ name }) => name)).size < ranges.length) {
    return { reason: 'a parameter has two ranges', expected: 'one for each at most' };
  }
  return undefined;
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));
const oneOf = (names: readonly string[]): string => (names.length === 0 ? 'none' : `one of ${names.join(', ')}`);

function triggerProblem(rule: RuleDefinition, names: ConditionNames): Problem | undefined {
  const { timeframe, cooldownMs, mode = 'close', frequency = 'every_time', forMinutes = 0, severity = 'info' } = rule;
  if (timeframeMinutes(timeframe) === undefined || names.find(`change_${timeframe}`) === undefined) {
    const windows = names.metrics.filter(({ name }) => name.startsWith('change_')).map(({ interval }) => interval);
    return { reason: `its timeframe is '${timeframe}'`, expected: `one of ${windows.join(', ')}, for example 1h` };
  }
  if (!isWhole(cooldownMs, 0, ruleLimits.cooldownMs)) {
    return {
      reason: `its cooldown is ${cooldownMs} ms`,
      expected: `0 or more whole ms, at most ${ruleLimits.cooldownMs}, for example 300000`,
    };
  }
  if (!isWhole(forMinutes, 0, ruleLimits.forMinutes)) {
    return {
      reason: `it has to hold for ${forMinutes} minutes`,
      expected: `0 to ${ruleLimits.forMinutes}, for example 3`,
    };
  }
  const words = [
    ['mode', mode, triggerModes],
    ['frequency', frequency, triggerFrequencies],
    ['severity', severity, severities],
  ] as const;
  for (const [name, value, known] of words) {
    if (!(known as readonly string[]).includes(value)) {
      return { reason: `its ${name} is '${value}'`, expected: `${oneOf(known)}, for example ${known[0]}` };
    }
  }
  return undefined;
}

function universeProblem({ quotes, symbols, exclude, topByVolume, watchlist }: RuleUniverse): Problem | undefined {
  const lists = [
    ['quotes', quotes, 'USDT'],
    ['symbols', symbols, 'BTCUSDT or binance:usdm:BTCUSDT'],
    ['exclude', exclude, 'BTCUSDT or binance:usdm:BTCUSDT'],
  ] as const;
  for (const [name, list, example] of lists) {
    if (list.length > ruleLimits.universeNames) {
      return {
        reason: `its universe has ${list.length} ${name}`,
        expected: `at most ${ruleLimits.universeNames}; a watchlist holds more`,
      };
    }
    const strange = list.find((text) => !/^\S{1,100}$/.test(text));
    if (strange !== undefined) {
      return { reason: `its universe has '${strange}' among its ${name}`, expected: `names, for example ${example}` };
    }
  }
  const lower = quotes.find((quote) => quote !== quote.toUpperCase());
  if (lower !== undefined) {
    // Exchanges write them in capitals: it would never match, and beside others nobody would notice.
    return { reason: `its universe has '${lower}' among its quotes`, expected: lower.toUpperCase() };
  }
  if (topByVolume !== null && !isWhole(topByVolume, 1, ruleLimits.topByVolume)) {
    return {
      reason: `its universe is the first ${topByVolume} by volume`,
      expected: `1 to ${ruleLimits.topByVolume}, for example 50`,
    };
  }
  if (watchlist !== null && (watchlist.trim() === '' || watchlist.length > 100)) {
    return { reason: `its watchlist is '${watchlist}'`, expected: 'a name of 1 to 100 characters, for example majors' };
  }
  const both = symbols.find((symbol) => exclude.includes(symbol));
  if (both !== undefined) {
    return { reason: `its universe names ${both} and excludes it`, expected: 'one of the two' };
  }
  return undefined;
}

function priceLevelProblem(
  { level, direction }: PriceLevel,
  { mode, frequency, forMinutes = 0 }: RuleDefinition,
): Problem | undefined {
  if (!(Number.isFinite(level) && level > 0)) {
    return { reason: `its price level is ${level}`, expected: 'a price above 0, for example 65000' };
  }
  if (!crossingDirections.includes(direction)) {
    return {
      reason: `its price level is crossed '${direction}'`,
      expected: `${oneOf(crossingDirections)}, for example up`,
    };
  }
  if (mode !== 'live') {
    return {
      reason: 'it waits for a price level and looks at closed candles only',
      expected: 'mode live; of closes write a condition: previous.price < 65000 && price >= 65000',
    };
  }
  if (frequency === 'once_per_bar' || frequency === 'once_per_minute') {
    return { reason: `its frequency is '${frequency}'`, expected: 'once or every_time for a price level' };
  }
  if (forMinutes > 1) {
    return {
      reason: `it has to hold for ${forMinutes} minutes, and a price crosses a level in a moment`,
      expected: 'forMinutes 0; of a price that stays write a condition: price >= 65000',
    };
  }
  return undefined;
}

function messageProblem(rule: RuleDefinition, names: ConditionNames): Problem | undefined {
  const message = compileMessage(rule, names);
  return 'reason' in message ? message : undefined;
}
