import { flatMetricTable, InstrumentState } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../compile-rule.ts';
import { presetRules } from '../presets.ts';
import type { RuleDefinition } from '../rule.ts';
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

  it('gives every metric of the table the same bits as computing everything does', () => {
    const metrics = flatMetricTable.map(({ name }) => name);
    // In groups, so that most of the table is left out each time.
    for (let group = 0; group < 12; group++) {
      const named = metrics.filter((_, index) => index % 12 === group).slice(0, 24);
      const needed = neededNumbers([rule(named.map((name) => `${name} > 0.0`).join(' || '))]);
      const [all, some] = [new InstrumentState(), new InstrumentState(needed)];
      let present = 0;
      for (let minute = 0; minute < 2_200; minute++) {
        const close = 100 + 20 * Math.sin(minute / 40) + (minute % 7) / 8;
        const candle = {
          ...{
            openTime: Date.UTC(2026, 0, 5) + minute * 60_000,
            open: close - 0.25,
            high: close + 1,
            low: close - 1,
            close,
          },
          ...{ volume: 2 + (minute % 11), quoteVolume: close * (2 + (minute % 11)), trades: minute % 5 },
          ...{ takerBuyVolume: minute % 3, takerBuyQuoteVolume: close * (minute % 3) },
        };
        const [expected, found] = [all.add(candle), some.add(candle)];
        if (expected.outcome !== 'metrics' || found.outcome !== 'metrics') throw new Error('refused');
        for (const metric of flatMetricTable) {
          if (!named.includes(metric.name)) continue;
          const value = metric.read(expected, 'open');
          if (value !== undefined) present++;
          if (!Object.is(metric.read(found, 'open'), value)) expect.fail(`${metric.name} at ${minute}`);
        }
      }
      expect(present).toBeGreaterThan(2_000);
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
