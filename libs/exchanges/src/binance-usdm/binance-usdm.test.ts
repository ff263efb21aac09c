import { describe, expect, it } from 'vitest';
import { parseInstruments, parseKlines } from '../binance/rest-answers.ts';
import { klineWeight, planPages, usdmKlineWeights } from '../rest/kline-plan.ts';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { klineStreamsUrl, streamBase } from './addresses.ts';
import { binanceUsdm } from './binance-usdm.ts';

const open = Date.UTC(2026, 6, 26);
const row = (openTime: number): unknown[] => [
  openTime,
  '1.0',
  '1.2',
  '0.9',
  '1.1',
  '100',
  openTime + 59_999,
  '105.5',
  12,
  '40',
  '42.2',
  '0',
];

describe('fetching candles', () => {
  it('costs as little weight as possible', () => {
    expect(planPages(usdmKlineWeights, 1_500)).toEqual([499, 499, 499, 3]);
    expect(planPages(usdmKlineWeights, 1)).toEqual([1]);
    expect(planPages(usdmKlineWeights, 998)).toEqual([499, 499]);
    expect([99, 100, 499, 500, 1_000, 1_001, 1_500].map((limit) => klineWeight(usdmKlineWeights, limit))).toEqual([
      1, 2, 2, 5, 5, 10, 10,
    ]);
  });

  it('refuses rows that were not asked for, twice the same, or absurd', () => {
    expect(parseKlines([row(open), row(open + 60_000)], askedMinutes(open, open + 60_000))).toHaveLength(2);
    expect(() => parseKlines([row(open), row(open)], askedMinutes(open, open + 60_000))).toThrow();
    expect(() => parseKlines([row(open - 60_000)], askedMinutes(open, open))).toThrow();
    expect(() => parseKlines([row(open + 60_000)], askedMinutes(open, open))).toThrow();
    expect(() => parseKlines([row(open).with(2, '0.5')], askedMinutes(open, open))).toThrow();
    expect(() => parseKlines({ code: -1121 }, askedMinutes(open, open))).toThrow();
  });
});

describe('the list of instruments', () => {
  const symbol = {
    symbol: '币安人生USDT',
    contractType: 'PERPETUAL',
    status: 'TRADING',
    baseAsset: '币安人生',
    quoteAsset: 'USDT',
    onboardDate: open,
    filters: [
      { filterType: 'PRICE_FILTER', tickSize: '0.0000100' },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
    ],
  };

  it('keeps the sound ones and reports the others', () => {
    const reasons: string[] = [];
    const body = {
      symbols: [
        symbol,
        { symbol: 7 },
        { ...symbol, symbol: 'AUSDT', status: 'SLEEPING' },
        { ...symbol, contractType: 'TRADIFI_PERPETUAL', status: 'SETTLING' },
      ],
    };
    const instruments = parseInstruments(body, binanceUsdm, ({ reason }) => reasons.push(reason));
    expect(reasons).toEqual(['unknown-shape', 'unknown-status']);
    expect(
      instruments.map(({ symbol, kind, status, tickSize, stepSize }) => [symbol, kind, status, tickSize, stepSize]),
    ).toEqual([
      ['币安人生USDT', 'perpetual', 'trading', 0.00001, null],
      ['AUSDT', 'perpetual', 'halted', 0.00001, null],
      ['币安人生USDT', 'other', 'delisted', 0.00001, null],
    ]);
  });
});

describe('addresses', () => {
  it('are routed, whatever retired form was set', () => {
    for (const address of [
      'wss://f.example',
      'wss://f.example/',
      'wss://f.example/ws',
      'wss://f.example/market/stream/',
    ]) {
      expect(streamBase(address).base).toBe('wss://f.example');
    }
    expect(streamBase('wss://f.example/ws').rewritten).toBe(true);
    expect(streamBase('wss://f.example/').rewritten).toBe(false);
  });

  it('carry symbols of any script', () => {
    const url = klineStreamsUrl('wss://f.example/ws', ['BTCUSDT', '币安人生USDT']);
    expect(url.startsWith('wss://f.example/market/stream?streams=btcusdt@kline_1m/%')).toBe(true);
    expect(decodeURIComponent(url).endsWith('/币安人生usdt@kline_1m')).toBe(true);
  });
});
