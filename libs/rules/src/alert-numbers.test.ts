import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertNumbers, momentumScore } from './alert-numbers.ts';
import { alertTerms } from './alert-terms.ts';

const metrics: Readonly<Record<string, number>> = {
  open_1h: 100,
  high_1h: 104,
  low_1h: 99,
  change_1h: 3,
  volume_1h: 500_000,
  volume_1d: 4_800_000,
};
const without = (name: string) => (asked: string) => (asked === name ? undefined : metrics[asked]);

describe('the numbers of an alert', () => {
  it('are those of its timeframe, and the volume is measured by the usual one', () => {
    expect(alertNumbers('1h', (name) => metrics[name])).toEqual({
      volume: 500_000,
      changePct: 3,
      volumeIncrease: 2.5,
      candleSizePct: 5,
      momentumScore: momentumScore(3, 2.5, 60),
    });
  });

  it('are absent where what they need is absent, or cannot be divided by', () => {
    expect(alertNumbers('1h', without('volume_1d'))).toMatchObject({ volumeIncrease: null, momentumScore: null });
    expect(alertNumbers('1h', without('change_1h'))).toMatchObject({ changePct: null, momentumScore: null });
    expect(alertNumbers('1h', without('high_1h')).candleSizePct).toBeNull();
    expect(alertNumbers('1h', (name) => (name === 'volume_1d' ? 0 : metrics[name])).volumeIncrease).toBeNull();
    expect(Object.values(alertNumbers('5m', () => undefined))).toEqual([null, null, null, null, null]);
  });
});

describe('the momentum score', () => {
  const size = fc.double({ min: 0, max: 1e9, noNaN: true });
  const length = fc.constantFrom(1, 5, 60, 1_440);

  it('is 50 where the change and the increase are such as count half', () => {
    expect(momentumScore(0.5, 2, 5)).toBeCloseTo(50, 10);
    expect(momentumScore(-1, 2, 20)).toBeCloseTo(50, 10);
    expect(momentumScore(0, 9, 5)).toBe(0);
    expect(momentumScore(9, 0, 5)).toBe(0);
  });

  it('stays from 0 to 100, is the same up and down, and never falls where one of the two grows', () => {
    fc.assert(
      fc.property(size, size, size, size, length, (change, more, increase, higher, minutes) => {
        const score = momentumScore(change, increase, minutes);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(momentumScore(-change, increase, minutes)).toBe(score);
        expect(momentumScore(Math.max(change, more), increase, minutes)).toBeGreaterThanOrEqual(score);
        expect(momentumScore(change, Math.max(increase, higher), minutes)).toBeGreaterThanOrEqual(score);
      }),
    );
  });
});

it('terms are carried as numbers, texts or neither', () => {
  const terms = [
    { term: 'a > b', left: 1, right: undefined, held: undefined },
    { term: "instrument.quote == 'USDT'", element: 'candles.last(3)[0]', left: 'USDT', right: true, held: true },
  ];
  expect(alertTerms(terms)).toEqual([
    { term: 'a > b', element: null, left: 1, leftText: null, right: null, rightText: null, held: null },
    {
      term: "instrument.quote == 'USDT'",
      element: 'candles.last(3)[0]',
      left: null,
      leftText: 'USDT',
      right: null,
      rightText: 'true',
      held: true,
    },
  ]);
});
