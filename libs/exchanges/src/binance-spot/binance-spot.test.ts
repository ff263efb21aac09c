import { describe, expect, it } from 'vitest';
import { readKlineFrame } from '../binance/kline-frame.ts';
import { parseInstruments, parseKlines } from '../binance/rest-answers.ts';
import type { ExchangeProblem } from '../exchange.ts';
import { klinePages } from '../rest/kline-plan.ts';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { answer, capture, payloads, present } from '../testing/real-payloads.ts';
import { binanceSpot, createBinanceSpot } from './binance-spot.ts';

const open = Date.UTC(2026, 6, 26);

describe('Binance spot', () => {
  it('fetches 1,000 candles for a weight of 2', () => {
    const source = { path: '/klines', weights: binanceSpot.rest.klineWeights, reach: null };
    const pages = [...klinePages([source], { minutes: 1, from: open, to: open + 2_499 * 60_000 }, open)];
    expect(pages.map(({ limit, weight }) => [limit, weight])).toEqual([
      [1_000, 2],
      [1_000, 2],
      [500, 2],
    ]);
    expect(pages.at(-1)?.to).toBe(open + 2_499 * 60_000);
  });

  it('names streams in lower case and in any script, on an address without routes', () => {
    const url = binanceSpot.streams.klines('wss://s.example/', ['BTCUSDT', '币安人生USDT']);
    expect(decodeURIComponent(url)).toBe('wss://s.example/stream?streams=btcusdt@kline_1m/币安人生usdt@kline_1m');
  });

  it('knows CANCEL_ONLY, and reports a status that nobody knows', () => {
    const symbol = { symbol: 'AUSDT', baseAsset: 'A', quoteAsset: 'USDT', filters: [] };
    const problems: string[] = [];
    const list = parseInstruments(
      { symbols: ['CANCEL_ONLY', 'TRADING', 'toString'].map((status) => ({ ...symbol, status })) },
      binanceSpot,
      ({ reason }) => problems.push(reason),
    );
    expect(list.map(({ kind, status }) => [kind, status])).toEqual([
      ['spot', 'halted'],
      ['spot', 'trading'],
      ['spot', 'halted'],
    ]);
    expect(problems).toEqual(['unknown-status']);
  });

  it('says what it can do', async () => {
    const exchange = createBinanceSpot({ now: () => open, random: () => 0 });
    expect([exchange.exchange, exchange.market, exchange.capabilities.weightPerMinute]).toEqual([
      'binance',
      'spot',
      6_000,
    ]);
    await exchange.close();
  });
});

describe.skipIf(!present)('real payloads of Binance spot', () => {
  it('reads every sound one-minute kline, and nothing else', () => {
    const outcomes = payloads('binance-spot_ws').map(({ channel, raw }) => {
      return [channel, outcomeOf(readKlineFrame(raw))] as const;
    });
    expect(outcomes.filter(([, outcome]) => outcome === 'updates')).toEqual([['kline', 'updates']]);
    // Examples of documents: a low above the open, times that are no minutes, and nothing but a time.
    expect(outcomes.filter(([channel, outcome]) => channel === 'kline' && outcome !== 'updates')).toEqual([
      ['kline', 'absurd-numbers'],
      ['kline', 'absurd-numbers'],
      ['kline', 'unknown-shape'],
    ]);
    expect(outcomes.filter(([, outcome]) => outcome === 'answer').length).toBeGreaterThan(0);
  });

  it('reads half a minute of a live connection', () => {
    const lines = capture('cryptofeed_BINANCE.ws.1.0').filter((line) => line.includes('@kline_1m","data"'));
    const parsed = lines.map((line) => readKlineFrame(line.slice(line.indexOf('{'))));
    expect(parsed.map(outcomeOf)).toEqual(['updates', 'updates']);
  });

  it('reads whole lists of instruments', () => {
    const [line = ''] = capture('cryptofeed_BINANCE.0');
    const problems: ExchangeProblem[] = [];
    const body: unknown = JSON.parse(line.slice(line.indexOf('{')));
    const instruments = parseInstruments(body, binanceSpot, (problem) => problems.push(problem));
    expect(problems).toEqual([]);
    expect(instruments.length).toBeGreaterThan(100);
    const fixture = answer('binance-spot_rest', 'rest:http_spot_market_exchange_info');
    expect(parseInstruments(fixture, binanceSpot, () => undefined)[0]).toEqual({
      exchange: 'binance',
      market: 'spot',
      symbol: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      kind: 'spot',
      status: 'trading',
      tickSize: 0.01,
      stepSize: 0.00001,
      listedAt: null,
    });
  });

  it('refuses the documented candle of a week where a minute was asked for', () => {
    const row = answer('binance-spot_rest', 'rest:klines_response');
    expect(() => parseKlines(row, askedMinutes(1_499_040_000_000, 1_499_040_000_000))).toThrow('not with its bar');
  });
});
