/** The indicators beside their slow, obvious counterparts on thousands of seeded series. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../fixtures/test-candles.ts';
import { type BarIndicators, IndicatorSet, indicatorValue } from '../bar-indicators.ts';
import { compareIndicators } from '../testing/near-indicators.ts';
import { singleBar } from '../testing/single-bars.ts';
import { slowValues } from '../testing/slow-indicators.ts';
import type { IndicatorBar } from './indicator.ts';
import { indicatorLayoutOf } from './indicator-layout.ts';
import { fullIndicatorTable } from './indicator-table.ts';

const outputs = fullIndicatorTable.flatMap(({ indicator, intervals }) =>
  intervals.includes('1m') ? indicator.outputs : [],
);
const layout = indicatorLayoutOf(fullIndicatorTable);
const newSet = (): IndicatorSet => new IndicatorSet(layout);
const addBar = (set: IndicatorSet, minute: number, bar: IndicatorBar): void =>
  set.minuteClosed(minute, singleBar(1, bar));

/** Bars in whole ticks or in any doubles, with flat stretches, silent ones and jumps, from 1e-8 to 1e6. */
function seededBars(seed: number, count: number): IndicatorBar[] {
  const random = seededRandom(seed);
  const scale = [1e-8, 1e-4, 1, 250, 1e6][seed % 5] as number;
  const ticks = seed % 3 !== 0;
  const flatShare = [0, 0.1, 0.6][seed % 7 === 0 ? 2 : seed % 2] as number;
  const price = (value: number): number =>
    (ticks ? Number((Math.round(value * 1_000) / 1_000).toFixed(3)) : value) * scale;
  let level = 5 + random() * 5;
  return Array.from({ length: count }, () => {
    const flat = random() < flatShare;
    const open = level;
    if (!flat) level = Math.max(0.01, level + (random() - 0.5) * (random() < 0.02 ? 4 : 0.1));
    const spread = flat ? 0 : random() * 0.05;
    const [high, low] = [Math.max(open, level) + spread, Math.max(0.005, Math.min(open, level) - spread)];
    const volume = random() < 0.1 ? 0 : random() * 10 ** Math.floor(random() * 6);
    return { open: price(open), high: price(high), low: price(low), close: price(level), volume, quoteVolume: 0 };
  });
}

function expectSame(set: IndicatorSet, bars: readonly IndicatorBar[], what: string): number {
  const magnitudes = { price: bars.at(-1)?.close ?? 0, volume: Math.max(...bars.map(({ volume }) => volume)) };
  const { compared, difference } = compareIndicators(outputs, set.warm[0], slowValues(bars), magnitudes);
  if (difference !== undefined) expect.fail(`${what}, ${difference}`);
  return compared;
}

describe('indicators', () => {
  it('equal the slow ones on 3,000 series', () => {
    let compared = 0;
    for (let seed = 1; seed <= 3_000; seed++) {
      const bars = seededBars(seed, 30 + (seed % 50));
      const set = newSet();
      bars.forEach((bar, index) => {
        addBar(set, index, bar);
        if (index % 17 !== seed % 17 && index !== bars.length - 1) return;
        compared += expectSame(set, bars.slice(0, index + 1), `series ${seed} at ${index}`);
      });
    }
    expect(compared).toBeGreaterThan(100_000);
  }, 60_000);

  it('equal them after hundreds of bars, when the longest is warm', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const bars = seededBars(seed, 320);
      const set = newSet();
      for (const [index, bar] of bars.entries()) addBar(set, index, bar);
      expect(expectSame(set, bars, `series ${seed}`)).toBe(outputs.length);
    }
  }, 60_000);

  it('preview what closing the bar gives, and remember nothing of it', () => {
    const bars = seededBars(4, 260);
    const set = newSet();
    bars.forEach((bar, minute) => {
      const before = set.memory.slice();
      const preview = set.preview('1m', { ...bar, openTime: minute * 60_000 });
      expect(set.memory).toEqual(before);
      addBar(set, minute, bar);
      expect(set.warm[0]).toEqual(preview);
    });
    expect(outputs.every(({ name }) => indicatorValue(set.warm[0] as BarIndicators, name) !== undefined)).toBe(true);
  });

  it('go on with the same bits from a copy of their memory', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const bars = seededBars(seed, 250);
      const straight = newSet();
      let broken = newSet();
      for (const [minute, bar] of bars.entries()) {
        addBar(straight, minute, bar);
        addBar(broken, minute, bar);
        expect(broken.warm).toEqual(straight.warm);
        if (minute % 13 !== seed) continue;
        const copy = newSet();
        copy.memory.set(broken.memory);
        copy.memoryRestored(minute);
        // Intervals without any bar are warm in neither.
        expect(copy.warm).toEqual(broken.warm);
        broken = copy;
      }
    }
  });

  it('begin again as if nothing had been when a bar is missing', () => {
    const bars = seededBars(8, 240);
    const [set, fresh] = [newSet(), newSet()];
    for (const [minute, bar] of bars.entries()) addBar(set, minute, bar);
    set.minuteClosed(bars.length, singleBar(1, undefined));
    expect(set.warm).toEqual([]);
    for (const [minute, bar] of bars.entries()) {
      addBar(set, 241 + minute, bar);
      addBar(fresh, 241 + minute, bar);
      expect(set.warm).toEqual(fresh.warm);
    }
    expect(set.warm).toHaveLength(1);
  });
});
