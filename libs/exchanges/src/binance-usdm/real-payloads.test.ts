/** Frames that the exchange really sent. */
import { describe, expect, it } from 'vitest';
import { readKlineFrame } from '../binance/kline-frame.ts';
import { parseInstruments, parseKlines } from '../binance/rest-answers.ts';
import type { ExchangeProblem } from '../exchange.ts';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { candleRows, capture, payloads, present } from '../testing/real-payloads.ts';
import { binanceUsdm } from './binance-usdm.ts';

describe.skipIf(!present)('real payloads of Binance USD-M', () => {
  it('reads every captured one-minute kline, and nothing that is not one', () => {
    const seen = new Map<string, number>();
    for (const { channel, raw } of payloads('binance-futures_ws')) {
      const oneMinute = channel === 'kline' && /"i"\s*:\s*"1m"/.test(raw);
      const outcome = outcomeOf(readKlineFrame(raw));
      expect([channel, outcome]).toEqual([channel, oneMinute ? 'updates' : 'unknown-shape']);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    expect(seen.get('updates')).toBe(2);
  });

  it('reads half a minute of a live connection: four candles close', () => {
    const lines = capture('cryptofeed_BINANCE_FUTURES.ws.1.0').filter((line) => line.includes('@kline_1m","data"'));
    const updates = lines.map((line) => readKlineFrame(line.slice(line.indexOf('{'))));
    expect(updates).toHaveLength(67);
    const candles = updates.flatMap((reading) =>
      typeof reading === 'object' && 'updates' in reading ? reading.updates : [],
    );
    expect(candles).toHaveLength(67);
    expect(candles.filter(({ closed }) => closed).map(({ symbol }) => symbol)).toEqual([
      'SUSHIUSDT',
      'CTKUSDT',
      'AKROUSDT',
      'KEEPUSDT',
    ]);
  });

  it('reads the whole list of instruments', () => {
    const [line = ''] = capture('cryptofeed_BINANCE_FUTURES.0');
    const body: unknown = JSON.parse(line.slice(line.indexOf('{')));
    const problems: ExchangeProblem[] = [];
    const instruments = parseInstruments(body, binanceUsdm, (problem) => problems.push(problem));
    expect(problems).toEqual([]);
    expect(instruments.length).toBeGreaterThan(100);
    expect(instruments.find(({ symbol }) => symbol === 'BTCUSDT')).toEqual({
      exchange: 'binance',
      market: 'usdm',
      symbol: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      kind: 'perpetual',
      status: 'trading',
      tickSize: 0.01,
      stepSize: 0.001,
      listedAt: 1_569_398_400_000,
    });
  });

  it('reads candle rows', () => {
    const rows = payloads('binance-futures_rest').find(({ channel }) => channel.endsWith('continuous_klines'));
    const [candle] = parseKlines(JSON.parse(rows?.raw ?? '[]'), askedMinutes(1_607_444_700_000, 1_607_444_700_000));
    expect(candle).toMatchObject({ openTime: 1_607_444_700_000, high: 18_900, volume: 492.363, trades: 1_874 });
  });

  it('refuses none of the candles of a month in which the price rose by half', () => {
    const rows = candleRows('binance-usdm_DOTUSDT_1m_2024-11').map((row) =>
      // Times and counts are numbers in the answer, all else is text.
      row.map((text, column) => ([0, 6, 8].includes(column) ? Number(text) : text)),
    );
    const month = { from: Date.UTC(2024, 10), to: Date.UTC(2024, 11) - 60_000 };
    const candles = parseKlines(rows, askedMinutes(month.from, month.to));
    expect(candles).toHaveLength(43_200);
    expect(candles.every(({ openTime }, index) => openTime === month.from + index * 60_000)).toBe(true);
  });
});
