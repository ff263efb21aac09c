/** Returns and how they go together, beside a plain loop over the prices. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../fixtures/test-candles.ts';
import { MINUTES_AHEAD_MAX, type Relation, ReturnHistory } from './return-history.ts';

type Prices = ReadonlyMap<number, number>;

const begin = 29_000_000;

/** Some of what the leader does, and something of its own; now and then a minute is missing. */
function seededPrices(seed: number, minutes: number, gaps: number): { own: Prices; leader: Prices } {
  const random = seededRandom(seed);
  const beta = (random() - 0.3) * 3;
  const own = new Map<number, number>();
  const leader = new Map<number, number>();
  let [price, leading] = [10 ** Math.floor(random() * 10 - 5), 60_000];
  for (let minute = begin; minute < begin + minutes; minute++) {
    const move = (random() - 0.5) * 0.002;
    leading *= 1 + move;
    price *= 1 + beta * move + (random() - 0.5) * 0.001;
    if (random() >= gaps) own.set(minute, price);
    if (random() >= gaps) leader.set(minute, leading);
  }
  return { own, leader };
}

function historyOf(prices: Prices, until = Infinity): ReturnHistory {
  const history = new ReturnHistory();
  for (const [minute, price] of prices) if (minute <= until) history.push(minute, price);
  return history;
}

/** By the book: means, deviations from them, and their products. */
function slowRelation(own: Prices, leader: Prices, minute: number): Relation | undefined {
  const returnAt = (prices: Prices, at: number): number =>
    Math.log((prices.get(at) ?? Number.NaN) / (prices.get(at - 1) ?? Number.NaN));
  const pairs = Array.from({ length: 1_440 }, (_, back) => minute - back)
    .map((at) => [returnAt(own, at), returnAt(leader, at)] as const)
    .filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
  if (pairs.length < 1_296) return undefined;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(pairs.map(([value]) => value)), mean(pairs.map(([, value]) => value))];
  const covariance = mean(pairs.map(([one, other]) => (one - x) * (other - y)));
  const variance = mean(pairs.map(([, other]) => (other - y) ** 2));
  const deviation = Math.sqrt(mean(pairs.map(([one]) => (one - x) ** 2)));
  return { beta: covariance / variance, correlation: covariance / Math.sqrt(variance) / deviation };
}

describe('the relation of two instruments over a day', () => {
  it('is that of a plain loop over their prices', () => {
    let compared = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const { own, leader } = seededPrices(seed, 1_700, [0, 0.001, 0.02, 0.06][seed % 4] ?? 0);
      for (const minute of [1_290, 1_439, 1_440, 1_650, 1_699].map((each) => begin + each)) {
        const relation = historyOf(own, minute).relationTo(historyOf(leader, minute), minute);
        const slow = slowRelation(own, leader, minute);
        expect(relation === undefined).toBe(slow === undefined);
        if (relation === undefined || slow === undefined) continue;
        expect(Math.abs(relation.beta - slow.beta)).toBeLessThan(2e-4);
        expect(Math.abs((relation.correlation ?? 2) - (slow.correlation ?? -2))).toBeLessThan(2e-4);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(60);
  });

  it('is the same wherever a history began, was kept, or is ahead', () => {
    const { own, leader } = seededPrices(3, 4_000, 0.003);
    const minute = begin + 3_300;
    const straight = historyOf(own, minute).relationTo(historyOf(leader, minute), minute);
    expect(straight).toBeDefined();
    const late = historyOf(new Map([...own].filter(([each]) => each >= minute - 1_440)), minute);
    expect(late.relationTo(historyOf(leader, minute), minute)).toEqual(straight);
    const ahead = historyOf(own, minute + MINUTES_AHEAD_MAX);
    expect(ahead.relationTo(historyOf(leader, minute + 1), minute)).toEqual(straight);
    const kept = ReturnHistory.fromBytes(historyOf(own, minute - 7).toBytes());
    for (const [each, price] of own) if (each <= minute) kept.push(each, price);
    expect(kept.relationTo(historyOf(leader, minute), minute)).toEqual(straight);
    expect(kept.toBytes()).toEqual(historyOf(own, minute).toBytes());
  });

  it('is absent after a silence longer than all that is kept, and of a leader that does not move', () => {
    const { own, leader } = seededPrices(4, 1_600, 0);
    const history = historyOf(own);
    history.push(begin + 100_000, 1);
    history.push(begin + 100_001, 1);
    expect(history.relationTo(history, begin + 100_001)).toBeUndefined();
    const flat = historyOf(new Map([...own].map(([minute]) => [minute, 5])));
    expect(historyOf(leader).relationTo(flat, begin + 1_599)).toBeUndefined();
    expect(flat.relationTo(historyOf(leader), begin + 1_599)).toEqual({ beta: 0, correlation: undefined });
  });

  it('of an instrument with itself is one', () => {
    const { own } = seededPrices(5, 1_500, 0);
    const history = historyOf(own);
    expect(history.relationTo(history, begin + 1_499)).toEqual({ beta: 1, correlation: 1 });
  });

  it('refuses bytes that are none', () => {
    const bytes = historyOf(seededPrices(6, 100, 0).own).toBytes();
    expect(() => ReturnHistory.fromBytes(bytes.subarray(0, 50))).toThrow(RangeError);
    expect(() => ReturnHistory.fromBytes(Uint8Array.from([...bytes, 1]))).toThrow('1 bytes follow the returns');
    expect(() => ReturnHistory.fromBytes(Uint8Array.of(9))).toThrow('returns of version 9, expected 1');
  });
});
