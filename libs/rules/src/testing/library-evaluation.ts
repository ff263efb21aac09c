/** The same conditions evaluated by the library that parses them: every name and function registered with its type. */
import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { candleFields } from '../candle-history.ts';
import { aggregates, numberFunctions } from '../condition-functions.ts';
import { conditionNames, instrumentTexts } from '../condition-names.ts';
import type { ConditionWorld, WorldCandle } from './condition-world.ts';
import { librarySpelling } from './library-spelling.ts';

export type LibraryContext = Readonly<Record<string, unknown>>;

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

/** `previous.price` is the field `price` of the variable `previous`, an object of a class of its own: what the library reads fastest. */
type Group = new (fields: Readonly<Record<string, unknown>>) => object;
const groupClass = (): Group =>
  class {
    constructor(fields: Readonly<Record<string, unknown>>) {
      Object.assign(this, fields);
    }
  };

function grouped(entries: readonly (readonly [string, unknown])[]): Map<string, Record<string, unknown>> {
  const groups = new Map<string, Record<string, unknown>>();
  for (const [name, value] of entries) {
    const [group = '', field] = name.split('.');
    if (field !== undefined) groups.set(group, { ...groups.get(group), [field]: value });
  }
  return groups;
}

const allNames: readonly string[] = conditionNames.numbers.map(({ name }) => name);

export class LibraryEvaluation {
  readonly #environment = new Environment({ limits: { maxAstNodes: 5_000 } });
  readonly #groups = new Map<string, Group>();

  /** `names`: of the numbers that conditions may read. */
  constructor(names: readonly string[] = allNames) {
    const environment = this.#environment;
    const typed = [
      ...names.map((name) => [name, 'double'] as const),
      ...instrumentTexts.map(({ name }) => [name, 'string'] as const),
    ];
    for (const [name, type] of typed) if (!name.includes('.')) environment.registerVariable(name, type);
    for (const [group, types] of grouped(typed)) {
      const ctor = groupClass();
      this.#groups.set(group, ctor);
      environment.registerType(`Group_${group}`, { ctor, fields: types as Record<string, string> });
      environment.registerVariable(group, `Group_${group}`);
    }
    const fields = Object.fromEntries(candleFields.map(({ name }) => [name, 'double']));
    environment.registerType('Candle', { ctor: Candle, fields });
    environment.registerType('Candles', Candles);
    environment.registerVariable('candles', 'Candles');
    environment.registerFunction('Candles.last(int): list<Candle>', (candles: Candles, count: bigint) =>
      candles.last(Number(count)),
    );
    this.#registerFunctions();
  }

  #registerFunctions(): void {
    for (const { name, least, most, compute } of numberFunctions) {
      for (let count = least; count <= most; count++) {
        const types = Array.from({ length: count }, () => 'double').join(', ');
        this.#environment.registerFunction(`${name}(${types}): double`, compute);
      }
    }
    for (const { name, compute } of aggregates) {
      this.#environment.registerFunction(`list<double>.${name}(): double`, (numbers: readonly number[]) => {
        const value = compute(numbers);
        if (value === undefined) throw new Error('absent');
        return value;
      });
    }
  }

  /** Of a condition as our users write it. Throws where the library refuses its types. */
  condition(text: string, parameters: Readonly<Record<string, number>> = {}): ParseResult {
    const parsed = this.#environment.parse(librarySpelling(text, parameters));
    const checked = parsed.check();
    if (!checked.valid) throw new Error(`the library refuses ${text}`, { cause: checked.error });
    return parsed;
  }

  context({ numbers, texts, candles }: ConditionWorld): LibraryContext {
    const entries = [...Object.entries(numbers), ...Object.entries(texts)];
    const fields = grouped(entries);
    const context: Record<string, unknown> = Object.fromEntries(entries.filter(([name]) => !name.includes('.')));
    for (const [group, GroupClass] of this.#groups) context[group] = new GroupClass(fields.get(group) ?? {});
    context.candles = new Candles(candles.map((candle) => new Candle(candle)));
    return context;
  }
}

/** undefined: an error, which is always an absent value in a condition whose types are right. */
export function libraryResult(condition: ParseResult, context: LibraryContext): unknown {
  try {
    return condition(context);
  } catch {
    return undefined;
  }
}
