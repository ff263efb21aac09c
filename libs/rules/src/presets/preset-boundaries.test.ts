/** Every comparison of every preset, on its boundary and one floating-point step to each side. */
import { type Window, windowMinutes } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { type CompiledRule, compileRule } from '../compile-rule.ts';
import { conditionNames } from '../condition-names.ts';
import { createEvaluationInput, inputOfLookup } from '../evaluation-input.ts';
import { presets } from '../presets.ts';
import { nextDown, nextUp } from '../testing/next-double.ts';
import { firstHeld } from '../testing/preset-patterns.ts';

type Numbers = Readonly<Record<string, number>>;

const compiledOf = (id: string): CompiledRule => {
  const preset = presets.find(({ rule }) => rule === id);
  if (preset === undefined) throw new Error(`no preset ${id}`);
  return compileRule(preset);
};

/** The numbers that a rule read in the first minute of its pattern at which it held. */
function heldNumbers(compiled: CompiledRule): Numbers {
  const input = firstHeld(compiled);
  const read = (name: string): number => input.number(conditionNames.find(name)?.slot ?? -1) ?? Number.NaN;
  return Object.fromEntries(compiled.names.map((name) => [name, read(name)]));
}

interface Boundary {
  readonly term: string;
  /** The number that is moved to where the two sides are equal. */
  readonly name: string;
  readonly at: number;
  /** Whether larger values hold. */
  readonly upwards: boolean;
  readonly inclusive: boolean;
}

/** Terms with a side that is one number, and their boundaries. */
function boundariesOf(rule: CompiledRule, numbers: Numbers): readonly Boundary[] {
  return rule.explain(inputOfLookup((name) => numbers[name])).flatMap(({ term, left, right }) => {
    const [, one, operator, other] = /^(.*) ([<>]=?) (.*)$/.exec(term) ?? [];
    const inclusive = operator?.endsWith('=') === true;
    const upwards = operator?.startsWith('>') === true;
    if (one !== undefined && one in numbers) return [{ term, name: one, at: Number(right), upwards, inclusive }];
    if (other === undefined || !(other in numbers)) return [];
    return [{ term, name: other, at: Number(left), upwards: !upwards, inclusive }];
  });
}

/** How many have sides that are both more than one number, or elements of lists: they are below. */
const byHand = new Map([
  ['bull_volume', 2],
  ['bear_volume', 2],
  ['flat_1m', 1],
  ['flat_8h', 1],
  ['pump_radar', 1],
  ['dump_radar', 1],
]);

describe.each(presets.map(({ rule }) => rule))('%s', (id) => {
  const rule = compiledOf(id);
  const numbers = rule.reads.candles > 0 ? {} : heldNumbers(rule);
  const boundaries = boundariesOf(rule, numbers);

  it('no comparison is left out', () => {
    const left = rule.rule.condition.split(' && ').length - boundaries.length;
    expect(left).toBe(byHand.get(id) ?? 0);
  });

  if (boundaries.length === 0) return;
  it('every comparison flips at its boundary to the last bit', () => {
    for (const { term, name, at, upwards, inclusive } of boundaries) {
      const [inside, outside] = upwards ? [nextUp(at), nextDown(at)] : [nextDown(at), nextUp(at)];
      const held = (value: number) => {
        const input = inputOfLookup((asked) => (asked === name ? value : numbers[asked]));
        const terms = rule.explain(input);
        expect(rule.evaluate(input)).toBe(terms.every((each) => each.held));
        return terms.find((each) => each.term === term)?.held;
      };
      expect([inside, at, outside].map(held), `${term} around ${name} = ${at}`).toEqual([true, inclusive, false]);
    }
  });
});

const evaluateWith = (id: string, numbers: Numbers): boolean | undefined =>
  compiledOf(id).evaluate(inputOfLookup((name) => numbers[name]));

describe('by hand', () => {
  it('flat_8h: a range of exactly 2 % of the low is not flat', () => {
    expect(evaluateWith('flat_8h', { low_8h: 100, high_8h: 102 })).toBe(false);
    expect(evaluateWith('flat_8h', { low_8h: 100, high_8h: nextDown(102) })).toBe(true);
  });

  it('radars: exactly 0.5 % from the extreme is too far', () => {
    const volumes = { volume_5m: 1_000, volume_1d: 28_800 };
    const pump = { ...volumes, change_5m: 4, high_5m: 100 };
    expect(evaluateWith('pump_radar', { ...pump, close_5m: 99.5 })).toBe(false);
    expect(evaluateWith('pump_radar', { ...pump, close_5m: nextUp(99.5) })).toBe(true);
    const dump = { ...volumes, change_5m: -4, low_5m: 100 };
    expect(evaluateWith('dump_radar', { ...dump, close_5m: 100.5 })).toBe(false);
    expect(evaluateWith('dump_radar', { ...dump, close_5m: nextDown(100.5) })).toBe(true);
  });

  const plain: Window = {
    minutes: 1,
    open: 1_000,
    oldestClose: 1_000,
    high: 1_000.5,
    low: 1_000,
    close: 1_000,
    volume: 1,
    quoteVolume: 100,
    trades: 1,
    takerBuyQuoteVolume: 50,
  };
  /** What a rule says after minutes of which only the newest is as given, in an hour of 6,000 quote volume. */
  function afterMinutes(id: string, count: number, usual: Partial<Window>, newest: Partial<Window>) {
    const rule = compiledOf(id);
    const minutes = createEvaluationInput({ instrument: 'test:spot:A', changeBasis: 'open' });
    for (let minute = 1; minute <= count; minute++) {
      const windows = windowMinutes.map((length) => ({
        ...plain,
        ...(length === 1 ? (minute === count ? newest : usual) : { quoteVolume: 100 * length }),
        minutes: length,
      }));
      minutes.closed(minute * 60_000, { price: 1_000, windows }, undefined);
    }
    return rule.evaluate(minutes.input);
  }

  it.each([
    ['bull_volume', nextUp(1_000)],
    ['bear_volume', nextDown(1_000)],
  ] as const)(
    '%s: each of three minutes, above 2.5 times the usual volume and moving by a step at least',
    (id, close) => {
      const enough = { quoteVolume: nextUp(250), close };
      expect(afterMinutes(id, 3, enough, enough)).toBe(true);
      expect(afterMinutes(id, 3, enough, { ...enough, quoteVolume: 250 })).toBe(false);
      expect(afterMinutes(id, 3, enough, { ...enough, close: 1_000 })).toBe(false);
      expect(afterMinutes(id, 3, { ...enough, quoteVolume: 250 }, enough)).toBe(false);
      expect(afterMinutes(id, 2, enough, enough)).toBeUndefined();
    },
  );

  it('flat_1m: each of ten minutes with less than 0.1 % of its open', () => {
    const flat = { high: nextDown(1_001) };
    expect(afterMinutes('flat_1m', 10, flat, flat)).toBe(true);
    expect(afterMinutes('flat_1m', 10, flat, { high: 1_001 })).toBe(false);
    expect(afterMinutes('flat_1m', 10, { high: 1_001 }, flat)).toBe(false);
    expect(afterMinutes('flat_1m', 9, flat, flat)).toBeUndefined();
  });
});
