import { describe, expect, it } from 'vitest';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { mutations } from '../testing/mutations.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { answer, payloads, present } from '../testing/real-payloads.ts';
import { bybitRateLimitMs, createBybit } from './bybit.ts';
import { readBybitFrame, readByShape, soundUpdates } from './kline-frame.ts';
import { parseDayValues, parseInstruments, parseKlines, parseServerTime } from './rest-answers.ts';
import { bybitProtocol } from './stream-protocol.ts';

const open = Date.UTC(2026, 6, 26, 6, 48);
const frame = (change: Record<string, unknown> = {}, symbol = 'BTCUSDT'): string =>
  JSON.stringify({
    topic: `kline.1.${symbol}`,
    type: 'snapshot',
    ts: open + 60_012,
    data: [
      {
        start: open,
        end: open + 59_999,
        interval: '1',
        open: '64346.7',
        close: '64350.1',
        high: '64351',
        low: '64340.2',
        volume: '0.0502',
        turnover: '3230.20434',
        confirm: true,
        timestamp: open + 60_010,
        ...change,
      },
    ],
  });
const outcome = (text: string): string => outcomeOf(readBybitFrame(text));
const row = (start: number, change: Record<number, string> = {}): string[] =>
  Object.assign([String(start), '1.0', '1.2', '0.9', '1.1', '100', '105.5'], change);
const list = (rows: unknown[]): unknown => ({ retCode: 0, retMsg: 'OK', result: { list: rows }, time: open });

describe('a kline frame of Bybit', () => {
  it('becomes an update with what Bybit says, and 0 for what it does not', () => {
    expect(readBybitFrame(frame({}, '币安人生USDT'))).toEqual({
      updates: [
        {
          symbol: '币安人生USDT',
          closed: true,
          eventTime: open + 60_012,
          candle: {
            openTime: open,
            open: 64346.7,
            high: 64351,
            low: 64340.2,
            close: 64350.1,
            volume: 0.0502,
            quoteVolume: 3230.20434,
            trades: 0,
            takerBuyVolume: 0,
            takerBuyQuoteVolume: 0,
          },
        },
      ],
    });
  });

  it.each([
    ['answer', '{"success":true,"ret_msg":"pong","conn_id":"x","req_id":"","op":"ping"}'],
    ['answer', '{"req_id":"test","op":"pong","args":["1675418560633"],"conn_id":"x"}'],
    ['connection', '{"success":false,"ret_msg":"error:handler not found","op":"subscribe"}'],
    ['unknown-shape', '{"op":"dance"}'],
    ['not-json', frame().slice(0, 90)],
    ['unknown-shape', '[]'],
    ['unknown-shape', frame().replace('kline.1.', 'kline.5.')],
    ['unknown-shape', frame().replace('kline.1.BTCUSDT', 'kline.1.')],
    ['unknown-shape', frame().replace('snapshot', 'delta')],
    ['unknown-shape', frame({ interval: '5' })],
    ['unknown-shape', frame({ confirm: 'true' })],
    ['unknown-shape', frame({ open: 64346.7 })],
    ['absurd-numbers', frame({ low: '-1' })],
    ['absurd-numbers', frame({ high: '1e400' })],
    ['absurd-numbers', frame({ volume: 'NaN' })],
    ['unknown-shape', frame({ volume: '' })],
    ['absurd-numbers', frame({ high: '1' })],
    ['absurd-numbers', frame({ low: '0' })],
    ['absurd-numbers', frame({ end: open + 299_999 })],
    ['absurd-numbers', frame({ start: open + 1, end: open + 60_000 })],
  ])('is taken as %s: %s', (expected, text) => {
    expect(outcome(text)).toBe(expected);
  });
});

it('takes a frame of Bybit by the fast check exactly where the shape takes it, with the same numbers', () => {
  let taken = 0;
  for (const mutated of mutations(JSON.parse(frame()))) {
    const updates = soundUpdates(mutated);
    const byShape = readByShape(mutated, '');
    if (updates === undefined) expect(byShape, JSON.stringify(mutated)).toHaveProperty('problem');
    else expect(byShape, JSON.stringify(mutated)).toEqual({ updates });
    if (updates !== undefined) taken++;
  }
  expect(taken).toBeGreaterThan(20);
});

describe('REST answers of Bybit', () => {
  it('turns candles round, and refuses other orders, doubles and strangers', () => {
    const [first, second] = [row(open), row(open + 60_000)];
    expect(
      parseKlines(list([second, first]), askedMinutes(open, open + 60_000)).map(({ openTime }) => openTime),
    ).toEqual([open, open + 60_000]);
    expect(() => parseKlines(list([first, second]), askedMinutes(open, open + 60_000))).toThrow('not asked for');
    expect(() => parseKlines(list([first, first]), askedMinutes(open, open))).toThrow('not asked for');
    expect(() => parseKlines(list([second]), askedMinutes(open, open))).toThrow('not asked for');
    expect(() => parseKlines(list([row(open, { 3: '7' })]), askedMinutes(open, open))).toThrow();
    expect(() => parseKlines(list([row(open, { 1: 'NaN' })]), askedMinutes(open, open))).toThrow();
    expect(() =>
      parseKlines({ retCode: 10001, retMsg: 'bad', result: {}, time: 1 }, askedMinutes(open, open)),
    ).toThrow();
  });

  it('knows the signs of a limit', () => {
    expect(bybitRateLimitMs(403, '<html>')).toBe(600_000);
    expect(bybitRateLimitMs(200, '{"retCode":10006,"retMsg":"Too many visits!"}')).toBe(5_000);
    expect(bybitRateLimitMs(200, '{"retCode":0,"retMsg":"10006"}')).toBeUndefined();
  });
});

describe('the stream of Bybit', () => {
  it('subscribes in requests of the size that the market takes', () => {
    const symbols = Array.from({ length: 25 }, (_, index) => `币${index}USDT`);
    const spot = bybitProtocol('spot').subscribe(symbols, 1);
    expect(spot.map((text) => JSON.parse(text).args.length)).toEqual([10, 10, 5]);
    expect(JSON.parse(spot[0] ?? '').args[0]).toBe('kline.1.币0USDT');
    const linear = bybitProtocol('linear');
    expect(linear.subscribe(symbols, 1)).toHaveLength(1);
    expect(JSON.parse(linear.unsubscribe(['A'], 7)[0] ?? '')).toEqual({
      op: 'unsubscribe',
      req_id: 'klines-7',
      args: ['kline.1.A'],
    });
    expect(linear.url('wss://b.example/', symbols)).toBe('wss://b.example/v5/public/linear');
  });

  it('has no 8h and says what else it lacks', async () => {
    const { capabilities, close } = createBybit({ market: 'linear', now: () => open, random: () => 0 });
    expect(capabilities.intervals).not.toContain('8h');
    expect(capabilities.weightPerMinute).toBe(7_200);
    expect(capabilities.candleFieldsAbsent).toContain('trades');
    await close();
  });
});

describe.skipIf(!present)('real payloads of Bybit', () => {
  it('reads nothing but one-minute candles of v5: there are none, and older versions are refused', () => {
    for (const { channel, raw } of payloads('bybit_ws')) {
      const expected =
        ['ping', 'pong', 'subscribe'].includes(channel) && JSON.parse(raw).op !== undefined
          ? 'answer'
          : 'unknown-shape';
      expect([channel, outcome(raw)]).toEqual([channel, expected]);
    }
    // The same frame as of a minute, and nothing else changed, is one.
    const five = payloads('bybit_ws').find(({ channel }) => channel === 'kline.5.BTCUSDT')?.raw ?? '';
    const minute = five.replace('kline.5.', 'kline.1.').replace('"interval": "5"', '"interval": "1"');
    expect(outcome(minute)).toBe('absurd-numbers');
    expect(outcome(minute.replace('1672325099999', '1672324859999'))).toBe('updates');
  });

  it('reads instruments of both markets', () => {
    const problems: string[] = [];
    const parse = (channel: string, market: 'linear' | 'spot') =>
      parseInstruments(answer('bybit_rest', `rest:${channel}`), market, ({ text }) => problems.push(text)).instruments;
    expect(parse('http_get_instruments_linear_symbol_type', 'linear')).toEqual([
      {
        exchange: 'bybit',
        market: 'linear',
        symbol: 'TSLAUSDT',
        base: 'TSLA',
        quote: 'USDT',
        kind: 'perpetual',
        status: 'trading',
        tickSize: 0.01,
        stepSize: 0.001,
        listedAt: null,
      },
    ]);
    expect(
      parse('http_get_instruments_spot', 'spot').map(({ symbol, kind, stepSize }) => [symbol, kind, stepSize]),
    ).toEqual([
      ['BTCUSDT', 'spot', 0.0001],
      ['ETHUSDT', 'spot', 0.00001],
    ]);
    expect(problems).toEqual([]);
  });

  it('refuses the candle that another project made up: its time is no minute', () => {
    const body = answer('bybit_rest', 'rest:http_get_klines_linear');
    expect(parseServerTime(body)).toBe(1_709_891_679_050);
    expect(() => parseKlines(body, askedMinutes(1_709_891_679_000, 1_709_891_679_000))).toThrow(
      'not the start of a minute',
    );
  });
});

describe('traded values of Bybit', () => {
  it('are its turnover', () => {
    const day = list([{ symbol: 'BTCUSDT', turnover24h: '1570383121.943499' }]);
    expect(parseDayValues(day).get('BTCUSDT')).toBe(1_570_383_121.943499);
  });
});
