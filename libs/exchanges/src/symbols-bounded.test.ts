/** Whatever an exchange writes where a symbol belongs: what goes on from here is short, and can be told apart. */
import { describe, expect, it } from 'vitest';
import { readKlineFrame } from './binance/kline-frame.ts';
import { readPricesFrame } from './binance/prices-frame.ts';
import { parseInstruments as binanceInstruments } from './binance/rest-answers.ts';
import { readBybitFrame } from './bybit/kline-frame.ts';
import { deribitReader } from './deribit/kline-frame.ts';
import type { ExchangeProblem } from './exchange.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { krakenReader } from './kraken/kline-frame.ts';
import { readOkxFrame } from './okx/kline-frame.ts';
import { knownStatus } from './rest/listed-symbols.ts';
import type { FrameReader } from './stream/frame.ts';

const open = Date.UTC(2026, 6, 26, 6, 48);
const clock = new ExchangeClock(() => open + 1_000);
/** `low` above all other prices is what nobody can have meant. */
interface Pushed {
  readonly symbol: string;
  readonly low?: number;
}

const binanceFrame = ({ symbol, low = 1 }: Pushed): string => {
  const prices = { o: '1', c: '1', h: '1', l: String(low), v: '1', q: '1', V: '1', Q: '1' };
  const k = { t: open, T: open + 59_999, s: symbol, i: '1m', n: 1, x: false, ...prices };
  return JSON.stringify({ e: 'kline', E: open, s: symbol, k });
};
const bybitFrame = ({ symbol, low = 1 }: Pushed): string => {
  const numbers = { open: '1', close: '1', high: '1', low: String(low), volume: '1', turnover: '1' };
  const row = { start: open, end: open + 59_999, interval: '1', confirm: false, ...numbers };
  return JSON.stringify({ topic: `kline.1.${symbol}`, type: 'snapshot', ts: open, data: [row] });
};
const okxFrame = ({ symbol, low = 1 }: Pushed): string => {
  const row = [String(open), '1', '1', String(low), '1', '1', '1', '1', '0'];
  return JSON.stringify({ arg: { channel: 'candle1m', instId: symbol }, data: [row] });
};
const krakenFrame = ({ symbol, low = 1 }: Pushed): string => {
  const begin = new Date(open).toISOString();
  const numbers = { open: 1, high: 1, low, close: 1, vwap: 1, volume: 1, trades: 1 };
  const data = [{ symbol, interval: 1, interval_begin: begin, ...numbers }];
  return JSON.stringify({ channel: 'ohlc', type: 'update', timestamp: begin, data });
};
const deribitFrame = ({ symbol, low = 1 }: Pushed): string => {
  const data = { tick: open, open: 1, high: 1, low, close: 1, volume: 1, cost: 1 };
  return JSON.stringify({ method: 'subscription', params: { channel: `chart.trades.${symbol}.1`, data } });
};

const dialects: readonly (readonly [string, () => FrameReader, (pushed: Pushed) => string])[] = [
  ['Binance', () => readKlineFrame, binanceFrame],
  ['Bybit', () => readBybitFrame, bybitFrame],
  ['OKX', () => (text) => readOkxFrame(text, 'swap', clock), okxFrame],
  ['Kraken', krakenReader, krakenFrame],
  ['Deribit', () => deribitReader(clock), deribitFrame],
];

const problemIn = (read: FrameReader, frame: string): ExchangeProblem => {
  const reading = read(frame);
  if (typeof reading === 'string' || !('problem' in reading)) throw new TypeError('the frame was taken');
  return reading.problem;
};

const strange = { 'of two megabytes': 'A'.repeat(2 * 1024 ** 2), 'with a colon': 'BTC:USDT', 'of no letter': '' };

describe.each(dialects)('a candle of %s', (_, reader, frame) => {
  it('may be of a symbol in any script', () => {
    const reading = reader()(frame({ symbol: '龙虾USDT' }));
    expect(reading).toMatchObject({ updates: [{ symbol: '龙虾USDT', closed: false }] });
  });

  it.each(Object.entries(strange))('is refused with a symbol %s, which goes nowhere', (__, symbol) => {
    for (const low of [1, 7]) {
      const { text, sample, symbol: named } = problemIn(reader(), frame({ symbol, low }));
      expect(named).toBeUndefined();
      expect(text.length).toBeLessThanOrEqual(300);
      expect(sample.length).toBeLessThanOrEqual(300);
    }
  });

  it('that is absurd is told with its symbol', () => {
    expect(problemIn(reader(), frame({ symbol: 'AAA', low: 7 }))).toMatchObject({
      ...{ reason: 'absurd-numbers', symbol: 'AAA', text: expect.stringContaining('AAA') },
    });
  });
});

it('a price of what cannot be a symbol hides no other', () => {
  const price = (s: string) => ({ e: '24hrMiniTicker', E: open, s, c: '1' });
  const frame = JSON.stringify(['A:A', 'AAA', ...Object.values(strange)].map(price));
  expect(readPricesFrame(frame)).toEqual({ prices: [{ symbol: 'AAA', price: 1, eventTime: open }] });
});

it('lists leave out what cannot be an instrument, and say so briefly', () => {
  const problems: ExchangeProblem[] = [];
  const entry = (change: object) => ({
    ...{ symbol: 'AAA', contractType: 'PERPETUAL', status: 'TRADING', baseAsset: 'A', quoteAsset: 'USDT', filters: [] },
    ...change,
  });
  const [huge] = Object.values(strange);
  const symbols = [entry({}), entry({ symbol: 'A:A' }), entry({ symbol: huge }), entry({ baseAsset: huge })];
  const market = { market: 'usdm', statuses: { TRADING: 'trading' }, kindOf: () => 'perpetual' as const } as const;
  const listed = binanceInstruments({ symbols }, market, (problem) => problems.push(problem));
  expect(listed.map(({ symbol }) => symbol)).toEqual(['AAA']);
  expect(problems.map(({ reason }) => reason)).toEqual(Array(3).fill('unknown-shape'));
  expect(knownStatus({}, huge ?? '', 'AAA', (problem) => problems.push(problem), '')).toBe('halted');
  expect(Math.max(...problems.map(({ text }) => text.length))).toBeLessThanOrEqual(300);
});
