import { flatMetricTable, InstrumentState, type MinuteMetrics } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../compile-rule.ts';
import { presetRules } from '../presets.ts';
import type { RuleDefinition } from '../rule.ts';
import { randomWalk } from '../testing/random-walk.ts';
import { neededNumbers } from './needed-numbers.ts';

const rule = (condition: string, more: Partial<RuleDefinition> = {}) =>
  compileRule({
    ...{ rule: 'r', version: 1, owner: 'o', title: 't', text: 'x', condition, parameters: {} },
    ...{ timeframe: '1h', cooldownMs: 0, ...more },
  });

describe('what rules need', () => {
  it('is the windows, indicators and statistics that they name', () => {
    const needed = neededNumbers([rule('change_5m > 1.0 && previous.rsi_4h < 30.0 && macd_hist_1h > 0.0')]);
    expect(needed.windows).toEqual([1, 5, 60, 1_440]);
    expect(needed.indicators.map(({ name, intervals }) => [name, intervals])).toEqual([
      ['rsi', ['4h']],
      ['macd', ['1h']],
    ]);
    expect(needed.statistics).toBe(false);
    expect(neededNumbers([rule('taker_trend_4h > 0.1')]).windows).toEqual([1, 15, 60, 240, 1_440]);
    expect(neededNumbers([rule('anomaly_1m > 50.0', { timeframe: '5m' })])).toMatchObject({
      windows: [1, 5, 1_440],
      statistics: true,
    });
    expect(neededNumbers([rule('price > 1.0', { message: 'at {{change_30m}}' })]).windows).toContain(30);
  });

  it('gives every metric of the table the same bits as computing everything does', { timeout: 60_000 }, () => {
    const candles = randomWalk({ seed: 7, minutes: 1_700, size: 1 });
    const addTo = (state: InstrumentState) =>
      candles.map((candle) => {
        const metrics = state.add(candle);
        if (metrics.outcome === 'refused') throw new Error(metrics.text);
        return metrics;
      });
    const all = addTo(new InstrumentState());
    // In groups, so that most of the table is left out each time.
    const groups = 12;
    for (let group = 0; group < groups; group++) {
      const metrics = flatMetricTable.filter((_, index) => index % groups === group);
      const named = metrics.map(({ name }) => `${name} > 0.0`);
      const halves = [named.slice(0, named.length / 2), named.slice(named.length / 2)];
      const some = addTo(new InstrumentState(neededNumbers(halves.map((half) => rule(half.join(' || '))))));
      let present = 0;
      for (const [minute, expected] of all.entries()) {
        for (const { name, read } of metrics) {
          const value = read(expected, 'open');
          if (value !== undefined) present++;
          if (!Object.is(read(some[minute] as MinuteMetrics, 'open'), value)) expect.fail(`${name} at ${minute}`);
        }
      }
      expect(present).toBeGreaterThan(1_700);
    }
  });

  it('is less than everything for every preset', () => {
    for (const preset of presetRules) {
      const { windows, indicators } = neededNumbers([compileRule(preset)]);
      expect(windows.length).toBeLessThan(8);
      expect(indicators.length).toBeLessThan(3);
    }
  });
});

describe('a state that is never corrected', () => {
  it('refuses to be', () => {
    const state = new InstrumentState(neededNumbers([rule('price > 1.0')]));
    const candle = {
      ...{ openTime: 60_000, open: 1, high: 2, low: 1, close: 2, volume: 1 },
      ...{ quoteVolume: 2, trades: 1, takerBuyVolume: 1, takerBuyQuoteVolume: 2 },
    };
    expect(state.add(candle).outcome).toBe('metrics');
    expect(state.correct({ ...candle, close: 1.5 })).toMatchObject({ outcome: 'refused', reason: 'late' });
  });
});
