/** Every preset fires in a market that does what it is about, and all are silent where nothing happens. */
import type { Candle } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../compile-rule.ts';
import { presets } from '../presets.ts';
import { PatternMarket } from '../testing/pattern-market.ts';
import { DAY_MINUTES, marketOf, minutesOf, mirrored, patterns } from '../testing/preset-patterns.ts';

const compiled = presets.map((preset) => compileRule(preset));

/** Ids of the presets that hold at some minute after the first `from`. */
function holdAfter(from: number, candles: readonly Candle[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const input of minutesOf(candles, from)) {
    for (const { rule, evaluate } of compiled) if (evaluate(input) === true) found.add(rule.rule);
  }
  return found;
}

describe.each(patterns)('%s and %s', (bull, bear, moves) => {
  it.each([1, 2])('fire on their own pattern, seed %i', (seed) => {
    const up = holdAfter(DAY_MINUTES, marketOf(seed, moves));
    const down = holdAfter(DAY_MINUTES, marketOf(seed, mirrored(moves)));
    expect(up).toContain(bull);
    expect(down).toContain(bear);
    if (bull === bear) return;
    expect(up).not.toContain(bear);
    expect(down).not.toContain(bull);
  });
});

it('there is a pattern for each preset', () => {
  const told = new Set(patterns.map(([bull]) => bull).concat(patterns.map(([, bear]) => bear)));
  expect([...told].sort()).toEqual(presets.map(({ rule }) => rule).sort());
});

it.each([1, 2, 3, 4, 5])('all are silent in a dull market of three days, seed %i', (seed) => {
  expect([...holdAfter(0, new PatternMarket(seed).dull(3 * DAY_MINUTES).candles)]).toEqual([]);
});
