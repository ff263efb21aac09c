import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type SteppedExchange, steppedExchange } from '../testing/stepped-exchange.ts';
import { parseCandles, type ReplayedCandles, readCandles } from './candle-file.ts';

const minute = 60_000;
const first = Date.UTC(2026, 6, 26, 11, 58);
const header =
  'open_time_ms,open,high,low,close,volume,close_time_ms,quote_volume,trades,taker_buy_volume,taker_buy_quote_volume';
const row = (index: number, rest: string): string => `${first + index * minute},${rest}`;
const csv = [
  header,
  row(0, '10.0880,10.0960,10.0830,10.0850,21981,0,221764.4790,560,10665,107609.2730'),
  row(1, '10.0850,10.0910,10.0830,10.0880,10927,0,110223.6540,296,5180,52253.9640'),
  row(2, '10.0880,10.2000,10.0000,10.1000,1000,0,10100.0000,50,400,4040.0000'),
  // The next minute is missing: a hole.
  row(4, '10.1000,10.1000,10.1000,10.1000,0,0,0,0,0,0'),
  '',
].join('\n');

function candlesOf(text: string): ReplayedCandles {
  const found = parseCandles(text);
  if ('line' in found) throw new Error(`line ${found.line}: ${found.reason}`);
  return found;
}

describe('a file of candles', () => {
  it('is read to the last digit, and told what is wrong with it', () => {
    const { candles, priceDecimals, amountDecimals } = candlesOf(csv);
    expect([candles.size, priceDecimals, amountDecimals]).toEqual([4, 4, 0]);
    expect(candles.get(first)).toMatchObject({ open: 100_880, amount: 21_981, value: 2_217_644_790, trades: 560 });
    const sparse = candlesOf(`${header}\n${row(0, '3.7e-06,0.0000037,0.00000369,0.0000037,3273.5,0,,,,')}`);
    expect(sparse.candles.get(first)).toMatchObject({ open: 370, low: 369, amount: 32_735, value: 370 * 32_735 });
    const wrong: readonly (readonly [string, number, string])[] = [
      ['time,open', 1, 'no column open_time_ms'],
      [header, 2, 'no candle'],
      [`${header}\n${row(0, '1,2,0.5,1.5,10')}\n${row(0, '1,2,0.5,1.5,10')}`, 3, 'not later than the one before'],
      [`${header}\n${row(0, '-1,2,0.5,1.5,10')}`, 2, "open is '-1'"],
      [`${header}\n${row(0, '1,1.2,0.5,1.5,10')}`, 2, 'high and low do not enclose open and close'],
      [`${header}\n${first + 1},1,2,0.5,1.5,10`, 2, 'no time at which a minute begins'],
    ];
    for (const [text, line, reason] of wrong) expect(parseCandles(text)).toEqual({ line, reason });
  });

  const shared = join(import.meta.dirname, '../../../../../shared/data/candles');
  if (!existsSync(shared)) console.warn(`SKIPPED: no real candles at ${shared}`);
  it.skipIf(!existsSync(shared))('is read as every real one was written', () => {
    const files = readdirSync(shared).filter((name) => name.includes('_2025-02-01_') || name.includes('XVG'));
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) expect(readCandles(join(shared, name)).candles.size, name).toBeGreaterThan(5_000);
  });
});

describe('a replay', () => {
  let exchange: SteppedExchange;
  afterEach(() => exchange.stop());

  it('is what REST, the streams and the ledger tell', async () => {
    const replays = [{ symbol: 'AVAXUSDT', candles: candlesOf(csv) }];
    const startAt = first + 2 * minute + 5_000;
    const wall = Date.UTC(2026, 6, 26, 12, 0, 5);
    exchange = await steppedExchange({ replays, startAt, instruments: 2 });
    expect(exchange.begin).toBe(wall);
    expect(exchange.simulator.symbols).toEqual(['BTCUSDT', 'ETHUSDT', 'AVAXUSDT']);
    const stream = await exchange.listen('/market/ws/avaxusdt@kline_1m');
    const events = () => stream.frames.map((text) => JSON.parse(text).k);
    for (let passed = 0; passed < 5; passed++) await exchange.step(minute);
    await vi.waitFor(() => expect(events().filter(({ x }) => x)).toHaveLength(2));
    const closed = events().filter(({ x }) => x);
    expect(closed.map(({ t, o, h, l, c, v, q, n }) => [t, o, h, l, c, v, q, n])).toEqual([
      [first + 2 * minute, '10.0880', '10.2000', '10.0000', '10.1000', '1000', '10100.0000', 50],
      [first + 4 * minute, '10.1000', '10.1000', '10.1000', '10.1000', '0', '0.0000', 0],
    ]);
    const live = events().filter(({ x, t }) => !x && t === first + 2 * minute);
    expect(live.length).toBeGreaterThan(1);
    for (const { h, l, c } of live) {
      expect(Number(l)).toBeGreaterThanOrEqual(10);
      expect(Number(h)).toBeLessThanOrEqual(10.2);
      expect(Number(c)).toBeGreaterThanOrEqual(Number(l));
    }
    const path = `/fapi/v1/klines?symbol=AVAXUSDT&interval=1m&startTime=${first - minute}`;
    const rows: string[][] = JSON.parse((await exchange.get(path)).text);
    expect(rows.map(([time, open, , , , volume]) => [time, open, volume])).toEqual([
      [first, '10.0880', '21981'],
      [first + minute, '10.0850', '10927'],
      [first + 2 * minute, '10.0880', '1000'],
      [first + 4 * minute, '10.1000', '0'],
    ]);
    const { ledger } = exchange.simulator;
    expect(ledger.candles('AVAXUSDT', first, first + 9 * minute).map(({ openTime }) => openTime)).toEqual(
      rows.map(([time]) => time),
    );
    expect(JSON.parse((await exchange.get('/fapi/v1/ticker/24hr')).text)).toHaveLength(3);
    const info = JSON.parse((await exchange.get('/fapi/v1/exchangeInfo')).text);
    expect(info.symbols.map(({ status }: { status: string }) => status)).toEqual(['TRADING', 'TRADING', 'SETTLING']);
  });

  it('begins where its file does, with some of it as history', async () => {
    exchange = await steppedExchange({ replays: [{ symbol: 'BTCUSDT', candles: candlesOf(csv) }], instruments: 2 });
    expect(exchange.simulator.symbols).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect(exchange.simulator.now()).toBe(first + 2 * minute);
  });
});
