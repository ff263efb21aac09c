/** Every indicator bar by bar against values that TA-Lib computed: committed ones always, real candles where the shared data lies beside the repository. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { number, type Row, readCsv } from '../../fixtures/test-candles.ts';
import { IndicatorSet, indicatorValue } from '../bar-indicators.ts';
import { singleBar } from '../testing/single-bars.ts';
import type { IndicatorBar } from './indicator.ts';
import { indicatorLayoutOf } from './indicator-layout.ts';
import { fullIndicatorTable } from './indicator-table.ts';

const fixtures = new URL('../../fixtures/', import.meta.url);
const shared = new URL('../../../../../shared/data/golden/', import.meta.url);
const hasShared = existsSync(shared);
if (!hasShared) console.warn('SKIPPED: indicators of real candles, no ../shared/data beside the repository');

const names = fullIndicatorTable.flatMap(({ indicator }) => indicator.outputs.map((output) => output.name));

const toBar = (row: Row): IndicatorBar => ({
  open: number(row, 'open'),
  high: number(row, 'high'),
  low: number(row, 'low'),
  close: number(row, 'close'),
  volume: number(row, 'volume'),
  quoteVolume: 0,
});

/** Values after each bar, by name; what is not warm is missing. */
function runBars(bars: readonly IndicatorBar[]): Record<string, number>[] {
  const set = new IndicatorSet(indicatorLayoutOf(fullIndicatorTable));
  return bars.map((bar, minute) => {
    set.minuteClosed(minute, singleBar(1, bar));
    const [ofMinute] = set.warm;
    const values = names.map((name) => [name, ofMinute && indicatorValue(ofMinute, name)] as const);
    return Object.fromEntries(values.filter((entry): entry is [string, number] => entry[1] !== undefined));
  });
}

const units = new Map(
  fullIndicatorTable.flatMap(({ indicator }) => indicator.outputs.map((output) => [output.name, output.unit])),
);

/** 1e-9 of the value. What is a difference of prices may be as near to 0 as it likes: there 1e-13 of the price, which is what doubles leave of it; and TA-Lib's rolling sums leave up to 1e-12 where nothing is. */
function expectNear(found: number | undefined, text: string, close: number, name: string, index: number): void {
  if (text === '') {
    expect(found, `${name} at ${index}`).toBeUndefined();
    return;
  }
  const expected = Number(text);
  const least = units.get(name) === 'price' ? 1e-13 * close : 1e-12;
  if (!(Math.abs((found ?? Number.NaN) - expected) <= Math.max(1e-9 * Math.abs(expected), least))) {
    expect.fail(`${name} at ${index}: expected ${expected}, got ${found}`);
  }
}

describe('equal TA-Lib', () => {
  const bars = Map.groupBy(readCsv(new URL('indicator-bars.csv', fixtures)), (row) => row.case ?? '');
  const values = Map.groupBy(readCsv(new URL('indicator-values.csv', fixtures)), (row) => row.case ?? '');

  it.each([...bars.keys()])('%s', (name) => {
    const rows = bars.get(name) ?? [];
    const found = runBars(rows.map(toBar));
    for (const row of values.get(name) ?? []) {
      const index = number(row, 'index');
      const { case: _, index: __, ...columns } = row;
      for (const [column, text] of Object.entries(columns)) {
        expectNear(found[index]?.[column], text, number(rows[index] as Row, 'close'), column, index);
      }
    }
  });

  it('with a value for every name they have in TA-Lib', () => {
    const seen = new Set<string>();
    for (const row of values.get('walk') ?? []) {
      for (const [column, text] of Object.entries(row)) if (text !== '') seen.add(column);
    }
    const own = names.filter((name) => !/^(ichimoku|supertrend|atr_mean)/.test(name));
    expect([...seen].filter((name) => name !== 'case' && name !== 'index').sort()).toEqual(own.sort());
  });
});

const goldenNames: Readonly<Record<string, string>> = {
  rsi: 'rsi14',
  macd: 'macd',
  macd_signal: 'macd_signal',
  macd_hist: 'macd_hist',
  bb_upper: 'bb_upper',
  bb_middle: 'bb_middle',
  bb_lower: 'bb_lower',
  ema9: 'ema9',
  ema50: 'ema50',
  ema200: 'ema200',
  atr: 'atr14',
  adx: 'adx14',
  stoch_k: 'stoch_k_14_3_3',
  stoch_d: 'stoch_d_14_3_3',
  obv: 'obv',
  mfi: 'mfi14_exactties',
  ichimoku_tenkan: 'ichi_tenkan9',
  ichimoku_kijun: 'ichi_kijun26',
  ichimoku_senkou_a: 'ichi_senkou_a_unshifted',
  ichimoku_senkou_b: 'ichi_senkou_b52_unshifted',
};

describe.runIf(hasShared)('golden files', () => {
  const cases = ['avax-crash-2025-02-03', 'dot-pump-2024-11-24', 'fil-pump-2023-02-17'].flatMap((folder) => [
    [folder, 'candles.csv.gz', 'indicators_1m.csv.gz', 4_440] as const,
    [folder, 'candles_5m.csv.gz', 'indicators_5m.csv.gz', 888] as const,
  ]);
  const month = 'binance-usdm_DOTUSDT_1m_2024-11_1h';
  it.each([...cases, [month, 'candles_1h.csv.gz', 'indicators_1h.csv.gz', 720] as const])(
    '%s/%s',
    (folder, candles, indicators, count) => {
      const bars = readCsv(new URL(`${folder}/${candles}`, shared)).map(toBar);
      const expected = readCsv(new URL(`${folder}/${indicators}`, shared));
      const found = runBars(bars);
      for (const [index, row] of expected.entries()) {
        for (const [ours, theirs] of Object.entries(goldenNames)) {
          expect(row[theirs], theirs).toBeDefined();
          expectNear(found[index]?.[ours], row[theirs] ?? '', bars[index]?.close ?? 0, ours, index);
        }
      }
      expect(expected.length).toBe(count);
    },
    60_000,
  );
});
