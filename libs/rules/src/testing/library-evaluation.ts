/** The same conditions evaluated by the library that parses them: every name and function registered with its type. */
import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { candleFields } from '../candle-history.ts';
import { aggregates, numberFunctions } from '../condition-functions.ts';
import { conditionNames, instrumentTexts } from '../condition-names.ts';
import type { ConditionWorld, WorldCandle } from './condition-world.ts';

class Candle {
  constructor(candle: WorldCandle) {
    Object.assign(this, candle);
  }
}

class Candles {
  readonly all: readonly Candle[];
  constructor(all: readonly Candle[]) {
    this.all = all;
  }
  last(count: number): readonly Candle[] {
    if (count > this.all.length) throw new Error('absent');
    return this.all.slice(this.all.length - count);
  }
}

/** `previous.price` is the field `price` of the variable `previous`. */
function grouped(entries: readonly (readonly [string, unknown])[]): Map<string, Record<string, unknown>> {
  const groups = new Map<string, Record<string, unknown>>();
  for (const [name, value] of entries) {
    const [group = '', field = ''] = name.split('.');
    groups.set(group, { ...groups.get(group), [field]: value });
  }
  return groups;
}

function createEnvironment(): Environment {
  const environment = new Environment({ limits: { maxAstNodes: 5_000 } });
  const plain = conditionNames.numbers.filter(({ name }) => !name.includes('.'));
  for (const { name } of plain) environment.registerVariable(name, 'double');
  const dotted = [
    ...conditionNames.numbers.filter(({ name }) => name.includes('.')).map(({ name }) => [name, 'double'] as const),
    ...instrumentTexts.map(({ name }) => [name, 'string'] as const),
  ];
  for (const [group, schema] of grouped(dotted)) {
    environment.registerVariable({ name: group, schema: schema as Record<string, string> });
  }
  const fields = Object.fromEntries(candleFields.map(({ name }) => [name, 'double']));
  environment.registerType('Candle', { ctor: Candle, fields });
  environment.registerType('Candles', Candles);
  environment.registerVariable('candles', 'Candles');
  environment.registerFunction('Candles.last(int): list<Candle>', (candles: Candles, count: bigint) =>
    candles.last(Number(count)),
  );
  for (const { name, least, most, compute } of numberFunctions) {
    for (let count = least; count <= most; count++) {
      const types = Array.from({ length: count }, () => 'double').join(', ');
      environment.registerFunction(`${name}(${types}): double`, compute);
    }
  }
  for (const { name, compute } of aggregates) {
    environment.registerFunction(`list<double>.${name}(): double`, (numbers: readonly number[]) => {
      const value = compute(numbers);
      if (value === undefined) throw new Error('absent');
      return value;
    });
  }
  return environment;
}

let environment: Environment | undefined;

/** Throws where the library refuses its types. */
export function libraryCondition(text: string): ParseResult {
  environment ??= createEnvironment();
  const parsed = environment.parse(text);
  const checked = parsed.check();
  if (!checked.valid) throw new Error(`the library refuses ${text}`, { cause: checked.error });
  return parsed;
}

export function libraryContext({ numbers, texts, candles }: ConditionWorld): Record<string, unknown> {
  const entries = [...Object.entries(numbers), ...Object.entries(texts)];
  const groups = grouped(entries.filter(([name]) => name.includes('.')));
  return {
    previous: {},
    market: {},
    rank: {},
    btc: {},
    eth: {},
    instrument: {},
    ...Object.fromEntries(entries.filter(([name]) => !name.includes('.'))),
    ...Object.fromEntries(groups),
    candles: new Candles(candles.map((candle) => new Candle(candle))),
  };
}

/** undefined: an error, which is always an absent value in a condition whose types are right. */
export function libraryResult(condition: ParseResult, context: Record<string, unknown>): unknown {
  try {
    return condition(context);
  } catch {
    return undefined;
  }
}
