/** Messages of alerts: a text with `{{names}}`, of which each has been checked before the first alert. */
import { parseInstrument } from '@screener/market';
import type { AlertNumbers } from './alert-numbers.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import { nearestName } from './nearest-name.ts';
import type { RuleDefinition } from './rule.ts';

export const MESSAGE_TEMPLATE_LENGTH_MAX = 500;
/** A message is never longer, whatever is put in. */
export const MESSAGE_LENGTH_MAX = 1_000;

/** What a message can say of an alert, beside the numbers that conditions read and `params.x`. */
export interface MessageFacts {
  readonly rule: RuleDefinition;
  /** `exchange:market:symbol` */
  readonly instrument: string;
  readonly price: number;
  /** Event time of the alert in ms. */
  readonly triggeredAt: number;
  readonly numbers: AlertNumbers;
}

type Unit = 'price' | 'percent' | 'volume' | 'number';

interface MessageName {
  readonly about: string;
  readonly text: (facts: MessageFacts) => string;
}

const partOf =
  (part: 'exchange' | 'market' | 'symbol') =>
  (facts: MessageFacts): string =>
    parseInstrument(facts.instrument)?.[part] ?? facts.instrument;

/** Names of messages alone. `price` is that of the alert. docs/rules.md lists the same. */
export const messageNames: Readonly<Record<string, MessageName>> = {
  symbol: { about: 'As the exchange writes it', text: partOf('symbol') },
  exchange: { about: 'For example binance', text: partOf('exchange') },
  market: { about: 'For example usdm', text: partOf('market') },
  instrument: { about: 'exchange:market:symbol', text: ({ instrument }) => instrument },
  rule: { about: 'Id of the rule', text: ({ rule }) => rule.rule },
  title: { about: 'Title of the rule', text: ({ rule }) => rule.title },
  version: { about: 'Version of the rule', text: ({ rule }) => String(rule.version) },
  severity: { about: 'Severity of the rule', text: ({ rule }) => rule.severity ?? 'info' },
  timeframe: { about: 'The window that the rule is about', text: ({ rule }) => rule.timeframe },
  level: {
    about: 'Of a price level: the price waited for',
    text: ({ rule }) => spell(rule.priceLevel?.level, 'price'),
  },
  time: { about: 'Event time, UTC', text: ({ triggeredAt }) => new Date(triggeredAt).toISOString() },
  price: { about: 'Price of the alert', text: ({ price }) => spell(price, 'price') },
  change: { about: 'Change of the timeframe in percent', text: ({ numbers }) => spell(numbers.changePct, 'percent') },
  volume: { about: 'Quote volume of the timeframe', text: ({ numbers }) => spell(numbers.volume, 'volume') },
  volume_increase: {
    about: 'Volume against the usual one of that length',
    text: ({ numbers }) => spell(numbers.volumeIncrease, 'number'),
  },
  candle_size: {
    about: 'Size of the candle in percent',
    text: ({ numbers }) => spell(numbers.candleSizePct, 'number'),
  },
  momentum: { about: 'Momentum score, 0 to 100', text: ({ numbers }) => spell(numbers.momentumScore, 'number') },
};

/** Why a template cannot be used. */
export interface TemplateProblem {
  readonly reason: string;
  readonly expected: string;
}

export interface MessageTemplate {
  /** Names of the numbers that it reads as a condition does. */
  readonly names: readonly string[];
  /** `read`: a number by its name in conditions; undefined: absent. */
  readonly render: (facts: MessageFacts, read: (name: string) => number | undefined) => string;
}

type Part = (facts: MessageFacts, read: (name: string) => number | undefined) => string;

/** Checks a template and makes it ready; an empty one says the title. */
export function compileMessage(
  rule: RuleDefinition,
  numbers: ConditionNames = conditionNames,
): MessageTemplate | TemplateProblem {
  const template = rule.message || '{{title}}';
  if (template.length > MESSAGE_TEMPLATE_LENGTH_MAX) {
    return {
      reason: `its message has ${template.length} characters`,
      expected: `at most ${MESSAGE_TEMPLATE_LENGTH_MAX}, for example {{symbol}} {{price}} {{change_1h}} %`,
    };
  }
  const names = new Set<string>();
  const parts: Part[] = [];
  for (const [index, text] of template.split(/\{\{(.*?)\}\}/s).entries()) {
    if (index % 2 === 0) {
      if (text.includes('{{') || text.includes('}}')) {
        return { reason: `its message has braces without their other half`, expected: 'pairs such as {{symbol}}' };
      }
      parts.push(() => text);
      continue;
    }
    const part = partFor(text.trim(), rule, numbers, names);
    if (part === undefined) return unknownName(text.trim(), rule, numbers);
    parts.push(part);
  }
  return {
    names: [...names],
    render: (facts, read) => cut(parts.map((part) => part(facts, read)).join('')),
  };
}

function partFor(name: string, rule: RuleDefinition, numbers: ConditionNames, names: Set<string>): Part | undefined {
  if (Object.hasOwn(messageNames, name)) return messageNames[name]?.text;
  if (name.startsWith('params.')) {
    const parameter = name.slice('params.'.length);
    if (!Object.hasOwn(rule.parameters, parameter)) return undefined;
    return () => spell(rule.parameters[parameter], 'number');
  }
  const number = numbers.find(name);
  if (number === undefined) return undefined;
  names.add(name);
  const unit = units[number.metric?.unit ?? ''] ?? 'number';
  return (_, read) => spell(read(name), unit);
}

function unknownName(name: string, rule: RuleDefinition, numbers: ConditionNames): TemplateProblem {
  const parameters = Object.keys(rule.parameters).map((parameter) => `params.${parameter}`);
  const all = [...Object.keys(messageNames), ...numbers.numbers.map((number) => number.name), ...parameters];
  const near = nearestName(name, all) ?? 'symbol';
  return { reason: `its message has {{${name}}}, which nothing is called`, expected: `a name such as {{${near}}}` };
}

const units: Readonly<Record<string, Unit>> = {
  price: 'price',
  percent: 'percent',
  base: 'volume',
  quote: 'volume',
  count: 'volume',
};

const ABSENT = '–';
const scales = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A number for people. What is exact stands in the alert itself. */
function spell(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return ABSENT;
  switch (unit) {
    case 'percent':
      return `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
    case 'price':
      return plain(value, 8);
    case 'number':
      return plain(value, 4);
    case 'volume': {
      const [scale, letter] = scales.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
      return `${Number((value / scale).toFixed(2))}${letter}`;
    }
  }
}

/** So many digits that mean something, without an exponent. */
function plain(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const text = String(rounded);
  return text.includes('e') ? rounded.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : text;
}

const cut = (text: string): string =>
  text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX - 1)}…`;
