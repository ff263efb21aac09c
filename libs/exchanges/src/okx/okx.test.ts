import { describe, expect, it } from 'vitest';
import { ExchangeClock } from '../exchange-clock.ts';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { mutations } from '../testing/mutations.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { answer, capture, payloads, present } from '../testing/real-payloads.ts';
import { candlesByShape, readOkxFrame, soundCandles } from './kline-frame.ts';
import { okxRateLimitMs } from './okx.ts';
import { parseCandles, parseDayValues, parseInstruments, parseServerTime } from './rest-answers.ts';
import { okxProtocol } from './stream-protocol.ts';

const open = Date.UTC(2026, 6, 26, 6, 48);
const minute = 60_000;
const clock = new ExchangeClock(() => open + 20_000);
const row = (time: number, change: Record<number, unknown> = {}): unknown[] =>
  Object.assign([String(time), '100', '120', '90', '110', '1000', '10', '1050.5', '0'], change);
const frame = (change: Record<number, unknown> = {}, instId = 'BTC-USDT-SWAP'): string =>
  JSON.stringify({ arg: { channel: 'candle1m', instId }, data: [row(open, change)] });
const outcome = (text: string): string => outcomeOf(readOkxFrame(text, 'swap', clock));
const list = (data: unknown[]): unknown => ({ code: '0', msg: '', data });

describe('a candle frame of OKX', () => {
  it('counts coins, not contracts, and dates itself no earlier than it proves', () => {
    const [swap, spot] = (['swap', 'spot'] as const).map((market) =>
      readOkxFrame(frame({ 8: '1' }, '币安人生-USDT'), market, clock),
    );
    expect(swap).toMatchObject({
      updates: [
        {
          symbol: '币安人生-USDT',
          closed: true,
          eventTime: open + minute,
          candle: { volume: 10, quoteVolume: 1050.5 },
        },
      ],
    });
    expect(spot).toMatchObject({ updates: [{ candle: { openTime: open, volume: 1000, trades: 0 } }] });
    expect(readOkxFrame(frame(), 'swap', clock)).toMatchObject({
      updates: [{ closed: false, eventTime: open + 20_000 }],
    });
  });

  it.each([
    ['answer', 'pong'],
    ['answer', '{"event":"subscribe","arg":{"channel":"candle1m","instId":"BTC-USDT"},"connId":"a"}'],
    ['connection', '{"event":"error","code":"60012","msg":"Invalid request"}'],
    ['shutdown', '{"event":"notice","code":"64008","msg":"The connection will soon be closed"}'],
    ['unknown-shape', '{"event":"party"}'],
    ['not-json', frame().slice(0, 60)],
    ['not-json', 'ping'],
    ['unknown-shape', 'null'],
    ['unknown-shape', frame().replace('candle1m', 'candle5m')],
    ['unknown-shape', frame({ 8: '2' })],
    ['unknown-shape', frame({ 8: true })],
    ['absurd-numbers', frame({ 1: '-100' })],
    ['absurd-numbers', frame({ 2: '1e400' })],
    ['absurd-numbers', frame({ 5: 'Infinity' })],
    ['unknown-shape', frame({ 7: '' })],
    ['unknown-shape', frame({ 9: 'more' })],
    ['absurd-numbers', frame({ 2: '95' })],
    ['absurd-numbers', frame({ 3: '0' })],
    ['absurd-numbers', frame({ 0: String(open + 1) })],
  ])('is taken as %s: %s', (expected, text) => {
    expect(outcome(text)).toBe(expected);
  });
});

it.each(['swap', 'spot'] as const)(
  'takes a frame of OKX %s by the fast check exactly where the shape takes it',
  (market) => {
    let taken = 0;
    for (const mutated of mutations(JSON.parse(frame()))) {
      const candles = soundCandles(mutated, market);
      const byShape = candlesByShape(mutated, market, '');
      if (candles === undefined) expect(byShape, JSON.stringify(mutated)).toHaveProperty('problem');
      else expect(byShape, JSON.stringify(mutated)).toEqual(candles);
      if (candles !== undefined) taken++;
    }
    expect(taken).toBeGreaterThan(20);
  },
);

describe('REST answers of OKX', () => {
  it('are turned round, and refused in another order or with an error', () => {
    const rows = [row(open + minute), row(open, { 8: '1' })];
    const times = parseCandles(list(rows), 'swap', askedMinutes(open, open + minute)).map(({ openTime }) => openTime);
    expect(times).toEqual([open, open + minute]);
    expect(() => parseCandles(list(rows.toReversed()), 'swap', askedMinutes(open, open + minute))).toThrow(
      'not asked for',
    );
    expect(() =>
      parseCandles({ code: '51001', msg: 'no such thing', data: [] }, 'swap', askedMinutes(open, open)),
    ).toThrow();
    expect(() => parseServerTime(list([]))).toThrow('no time');
    expect(parseServerTime(list([{ ts: '1597026383085' }]))).toBe(1_597_026_383_085);
  });

  it('knows the signs of a limit', () => {
    expect(okxRateLimitMs(200, '{"msg":"Too Many Requests","code":"50011"}')).toBe(2_000);
    expect(okxRateLimitMs(429, '')).toBe(2_000);
    expect(okxRateLimitMs(200, '{"code":"0","msg":"","data":[]}')).toBeUndefined();
  });

  it('value a day of contracts at the latest price', () => {
    const day = list([{ instId: 'A-USDT-SWAP', last: '2.5', volCcy24h: '4' }]);
    expect(parseDayValues(day, 'swap').get('A-USDT-SWAP')).toBe(10);
    expect(parseDayValues(day, 'spot').get('A-USDT-SWAP')).toBe(4);
  });
});

describe('the stream of OKX', () => {
  it('subscribes to candles on the business address, and pings in text', () => {
    const { url, subscribe, unsubscribe, ping } = okxProtocol('swap', clock);
    expect(url('wss://o.example:8443/', [])).toBe('wss://o.example:8443/ws/v5/business');
    const messages = subscribe(
      Array.from({ length: 150 }, (_, index) => `C${index}-USDT-SWAP`),
      1,
    ).map((text) => JSON.parse(text));
    expect(messages.map(({ op, args }) => [op, args.length])).toEqual([
      ['subscribe', 100],
      ['subscribe', 50],
    ]);
    expect(messages[0].args[0]).toEqual({ channel: 'candle1m', instId: 'C0-USDT-SWAP' });
    expect(JSON.parse(unsubscribe(['A'], 2)[0] ?? '')).toEqual({
      op: 'unsubscribe',
      args: [{ channel: 'candle1m', instId: 'A' }],
    });
    expect(ping).toEqual({ text: 'ping', everyMs: 20_000 });
  });
});

describe.skipIf(!present)('real payloads of OKX', () => {
  it('refuses candles of other lengths, and those of 2022 that do not say whether they are over', () => {
    const outcomes = payloads('okx_ws').map(({ channel, raw }) => [channel, outcome(raw)] as const);
    const candles = outcomes.filter(([channel]) => channel === 'candle1m');
    expect(candles).toHaveLength(3);
    expect(candles.every(([, taken]) => taken === 'unknown-shape')).toBe(true);
    expect(outcomes.some(([, taken]) => taken === 'updates')).toBe(false);
    expect(outcomes.filter(([, taken]) => taken === 'answer').length).toBeGreaterThan(0);
  });

  it('tells acknowledgements of a live connection from what it has not asked for', () => {
    const lines = capture('cryptofeed_OKX.ws.1.0').filter((line) => /^\d+\.\d+: /.test(line));
    const taken = lines.map((line) => outcome(line.slice(line.indexOf(': ') + 2)));
    expect(new Set(taken)).toEqual(new Set(['answer', 'unknown-shape']));
  });

  it('reads candles as REST sends them', () => {
    const body = answer('okx_rest', 'rest:http_get_candlesticks_full');
    const candles = parseCandles(body, 'swap', askedMinutes(1_747_093_980_000, 1_747_094_040_000));
    expect(candles).toHaveLength(2);
    expect(candles[0]).toMatchObject({ openTime: 1_747_093_980_000, volume: 71.6404, quoteVolume: 7_364_701.57952 });
  });

  it('reads instruments of both markets', () => {
    const problems: string[] = [];
    const parse = (market: 'swap' | 'spot') =>
      parseInstruments(answer('okx_rest', `rest:http_get_instruments_${market}`), market, ({ text }) =>
        problems.push(text),
      );
    expect(parse('spot')[0]).toEqual({
      exchange: 'okx',
      market: 'spot',
      symbol: 'BTC-USD',
      base: 'BTC',
      quote: 'USD',
      kind: 'spot',
      status: 'trading',
      tickSize: 0.1,
      stepSize: 0.00000001,
      listedAt: 1_733_454_000_000,
    });
    const swaps = parse('swap');
    expect(swaps.find(({ symbol }) => symbol === 'BTC-USD-SWAP')).toMatchObject({
      base: 'BTC',
      quote: 'USD',
      stepSize: null,
    });
    expect(swaps.find(({ symbol }) => symbol === 'ETH-USDT-SWAP')).toMatchObject({ base: 'ETH', quote: 'USDT' });
    expect(problems).toEqual([]);
  });
});
