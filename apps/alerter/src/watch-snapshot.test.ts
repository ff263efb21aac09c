import { zstdDecompressSync } from 'node:zlib';
import { type ClosedMinute, RuleEngine } from '@screener/rules';
import { expect, test } from 'vitest';
import { migrateWatch, readWatch, writeWatch } from './watch-snapshot.ts';

const instrument = 'binance:usdm:BTCUSDT';
const begin = Date.UTC(2026, 0, 5);

function minute(at: number, price: number): ClosedMinute {
  const window = { minutes: 1, open: price, oldestClose: price, high: price * 1.001, low: price * 0.999, close: price };
  const windows = [{ ...window, volume: 12.345, quoteVolume: 987_654.321, trades: 12, takerBuyQuoteVolume: 1 }];
  return { instrument, openTime: begin + at * 60_000, price, windows, indicators: [] };
}

/** After some minutes in which every rule fired. */
function watched(rules: number, minutes: number, condition: string): RuleEngine {
  const engine = new RuleEngine({ changeBasis: 'open' });
  const rule = { version: 1, owner: 'ann', title: 'T', text: '', parameters: {}, timeframe: '1m', cooldownMs: 0 };
  for (let index = 0; index < rules; index++) {
    engine.saveRule({ ...rule, rule: `a_rule_of_a_user_with_a_usual_name_${index}`, forMinutes: 2, condition });
  }
  for (let at = 1 - minutes; at <= 0; at++) engine.closed(minute(at, 100 + Math.sin(at * 7.3)));
  return engine;
}

test.each([
  [10_000, 3, 'price > 1.0'],
  [200, 65, 'candles.last(60).all(c, c.close > 1.0)'],
])(
  '%s rules that fired within %s minutes on one instrument fit into a record of a broker',
  { timeout: 60_000 },
  (rules, minutes, condition) => {
    const engine = watched(rules, minutes, condition);
    const bytes = writeWatch(engine, instrument);
    expect(zstdDecompressSync(bytes).length).toBeGreaterThan(1_048_576);
    expect(bytes.length).toBeLessThan(500_000);
    expect(readWatch(bytes)).toMatchObject({ ...engine.snapshot(instrument), newest: { openTime: begin } });
  },
);

test('what the version before wrote is read, of older ones nothing is made', () => {
  const bytes = writeWatch(watched(2, 3, 'price > 1.0'), instrument);
  const before = zstdDecompressSync(bytes);
  expect(readWatch(migrateWatch(3, before) ?? Buffer.alloc(0))).toEqual(readWatch(bytes));
  expect(migrateWatch(2, before)).toBeUndefined();
});
