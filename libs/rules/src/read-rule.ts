/** Rules as people and programs write them: JSON of any kind in, a rule with everything it has to have out, or one clear line. */
import { ScreenerError } from '@screener/errors';
import { assertRule, shownId } from './check-rule.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import { nearestName } from './nearest-name.ts';
import {
  COOLDOWN_MS_DEFAULT,
  type CrossingDirection,
  crossingDirections,
  type RuleDefinition,
  type Severity,
  severities,
  TIMEFRAME_DEFAULT,
  type TriggerFrequency,
  type TriggerMode,
  triggerFrequencies,
  triggerModes,
} from './rule.ts';

/** `at`: where the value stands, for whoever wrote it. */
type Read<Value> = (value: unknown, at: string) => Value;
type Fields<Value> = { readonly [Name in keyof Value]-?: Read<Value[Name]> };

class FieldMistake extends Error {
  override readonly name = 'FieldMistake';
  readonly reason: string;
  readonly expected: string;
  constructor(reason: string, expected: string) {
    super(`${reason}; expected ${expected}`);
    this.reason = reason;
    this.expected = expected;
  }
}

const SHOWN_LENGTH_MAX = 60;

function wrong(value: unknown, at: string, expected: string): never {
  if (value === undefined) throw new FieldMistake(`it has no ${at}`, expected);
  const text = JSON.stringify(value) ?? typeof value;
  const shown = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
  throw new FieldMistake(at === '' ? `it is ${shown}` : `its ${at} is ${shown}`, expected);
}

const text =
  (example: string): Read<string> =>
  (value, at) =>
    typeof value === 'string' ? value : wrong(value, at, `a text, for example ${JSON.stringify(example)}`);
const number =
  (example: number): Read<number> =>
  (value, at) =>
    typeof value === 'number' ? value : wrong(value, at, `a number, for example ${example}`);
const flag: Read<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : wrong(value, at, 'true or false, for example true');
const word =
  <Word extends string>(words: readonly Word[]): Read<Word> =>
  (value, at) =>
    words.find((known) => known === value) ?? wrong(value, at, `one of ${words.join(', ')}`);
const or =
  <Value, Fallback>(read: Read<Value>, fallback: Fallback): Read<Value | Fallback> =>
  (value, at) =>
    value === undefined || value === null ? fallback : read(value, at);
const list =
  <Item>(read: Read<Item>): Read<readonly Item[]> =>
  (value, at) =>
    Array.isArray(value)
      ? value.map((item, index) => read(item, `${at}[${index}]`))
      : wrong(value, at, 'a list, for example []');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const numbers: Read<Readonly<Record<string, number>>> = (value, at) => {
  if (!isObject(value)) return wrong(value, at, 'numbers by name, for example {"change_1h_min":1.6}');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, number(1.6)(each, `${at}.${name}`)]));
};

const record =
  <Value extends object>(fields: Fields<Value>): Read<Value> =>
  (value, at) => {
    const names = Object.keys(fields) as (keyof Value & string)[];
    if (!isObject(value)) return wrong(value, at, `an object with ${names.join(', ')}`);
    const within = (name: string): string => (at === '' ? name : `${at}.${name}`);
    const strange = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (strange !== undefined) {
      throw new FieldMistake(`it has ${within(strange)}`, nearestName(strange, names) ?? `one of ${names.join(', ')}`);
    }
    const entries = names.map((name) => [
      name,
      fields[name](Object.hasOwn(value, name) ? value[name] : undefined, within(name)),
    ]);
    return Object.fromEntries(entries) as Value;
  };

/** With its zone: a computer's own says nothing about the trader's. */
const isUtcTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/;
const names = or(list(text('BTCUSDT')), []);
const moment = or<number, null>((value, at) => {
  if (typeof value === 'number') return value;
  const time = typeof value === 'string' && isUtcTime.test(value) ? Date.parse(value) : Number.NaN;
  // The 30th of February is no day of March.
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === String(value).slice(0, 10);
  return !isDay ? wrong(value, at, 'a UTC time, for example "2026-01-31T14:00Z", or ms since 1970') : time;
}, null);

const rule = record<RuleDefinition>({
  rule: text('my_rule'),
  version: or(number(1), 1),
  owner: text('ann'),
  title: text('Bitcoin above 65,000'),
  text: or(text('What it means'), ''),
  condition: or(text('change_1h > 1.6'), ''),
  parameters: or(numbers, {}),
  timeframe: or(text('1h'), TIMEFRAME_DEFAULT),
  cooldownMs: or(number(COOLDOWN_MS_DEFAULT), COOLDOWN_MS_DEFAULT),
  enabled: or(flag, true),
  ranges: or(
    list(
      record({
        name: text('change_1h_min'),
        min: number(0),
        max: number(100),
        step: number(0.1),
        unit: or(text('%'), ''),
        text: or(text('Least rise of the hour'), ''),
      }),
    ),
    [],
  ),
  universe: or(
    record({
      quotes: names,
      topByVolume: or(number(50), null),
      watchlist: or(text('majors'), null),
      symbols: names,
      exclude: names,
    }),
    null,
  ),
  mode: or<TriggerMode, TriggerMode>(word(triggerModes), 'close'),
  frequency: or<TriggerFrequency, TriggerFrequency>(word(triggerFrequencies), 'every_time'),
  forMinutes: or(number(3), 0),
  schedule: or(
    record({
      timeZone: or(text('Europe/Berlin'), 'UTC'),
      days: or(list(text('mon')), []),
      from: or(text('09:00'), '00:00'),
      until: or(text('17:30'), '24:00'),
      startAt: moment,
      expireAt: moment,
    }),
    null,
  ),
  severity: or<Severity, Severity>(word(severities), 'info'),
  message: or(text('{{symbol}} {{price}}'), ''),
  priceLevel: or(
    record({
      level: number(65_000),
      direction: or<CrossingDirection, CrossingDirection>(word(crossingDirections), 'either'),
    }),
    null,
  ),
  arming: or(number(1), 0),
});

/**
 * Reads a rule. What may be left out gets its default; a name that no rule has is refused, so that a misspelt one is not
 * silently ignored. Throws RULE_INVALID. The condition is checked by `compileRule`.
 */
export function readRule(value: unknown, known: ConditionNames = conditionNames): RuleDefinition {
  try {
    const read = rule(value, '');
    // A price level needs no further condition, everything else does.
    const condition = read.condition === '' && read.priceLevel ? 'true' : read.condition;
    const whole = { ...read, condition };
    assertRule(whole, known);
    return whole;
  } catch (cause) {
    if (!(cause instanceof FieldMistake)) throw cause;
    const { reason, expected } = cause;
    throw new ScreenerError('RULE_INVALID', { rule: idOf(value), reason, expected }, { cause });
  }
}

const idOf = (value: unknown): string => shownId(isObject(value) && typeof value.rule === 'string' ? value.rule : '');
