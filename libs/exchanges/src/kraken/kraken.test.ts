/** No frames of Kraken were recorded: these follow its documents. */
import { describe, expect, it } from 'vitest';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { krakenReader } from './kline-frame.ts';
import { krakenRateLimitMs } from './kraken.ts';
import {
  parseCandles,
  parseInstruments,
  parsePairNames,
  parseServerTime,
  parseTickers,
  sinceOf,
} from './rest-answers.ts';
import { krakenProtocol } from './stream-protocol.ts';
import { restPair, streamSymbol } from './symbols.ts';

const open = Date.UTC(2026, 6, 26, 6, 48);
const minute = 60_000;
const rfc3339 = (time: number): string => new Date(time).toISOString().replace('Z', '000000Z');
const entry = (openTime: number, change: Record<string, unknown> = {}) => ({
  symbol: 'BTC/USD',
  open: 100,
  high: 120,
  low: 90,
  close: 110,
  trades: 12,
  volume: 2,
  vwap: 105.5,
  interval_begin: rfc3339(openTime),
  interval: 1,
  timestamp: rfc3339(openTime + minute),
  ...change,
});
const frame = (data: unknown[], type = 'update', time = open + 12_345): string =>
  JSON.stringify({ channel: 'ohlc', type, timestamp: rfc3339(time), data });
const outcome = (text: string): string => outcomeOf(krakenReader()(text));

describe('an OHLC frame of Kraken', () => {
  it('is closed by the next candle, on the same connection only', () => {
    const read = krakenReader();
    expect(read(frame([entry(open)]))).toEqual({
      updates: [
        {
          symbol: 'BTC/USD',
          closed: false,
          eventTime: open + 12_345,
          candle: {
            openTime: open,
            open: 100,
            high: 120,
            low: 90,
            close: 110,
            volume: 2,
            quoteVolume: 211,
            trades: 12,
            takerBuyVolume: 0,
            takerBuyQuoteVolume: 0,
          },
        },
      ],
    });
    const next = frame([entry(open + minute)], 'update', open + minute + 1);
    expect(read(next)).toMatchObject({
      updates: [
        { closed: true, candle: { openTime: open }, eventTime: open + minute + 1 },
        { closed: false, candle: { openTime: open + minute } },
      ],
    });
    expect(krakenReader()(next)).toMatchObject({ updates: [{ closed: false }] });
  });

  it('may bring several candles in a snapshot, in any script', () => {
    const snapshot = frame([entry(open, { symbol: '币/EUR' }), entry(open + minute, { symbol: '币/EUR' })], 'snapshot');
    expect(krakenReader()(snapshot)).toMatchObject({
      updates: [{ closed: false, symbol: '币/EUR' }, { closed: true, candle: { openTime: open } }, { closed: false }],
    });
  });

  it.each([
    ['answer', '{"channel":"heartbeat"}'],
    ['answer', '{"channel":"status","type":"update","data":[{"system":"online"}]}'],
    ['answer', '{"method":"pong","req_id":1,"time_in":"x","time_out":"y"}'],
    ['answer', '{"method":"subscribe","success":true,"result":{"channel":"ohlc","symbol":"BTC/USD"}}'],
    ['connection', '{"method":"subscribe","success":false,"error":"Currency pair not supported"}'],
    ['unknown-shape', '{"method":"waltz"}'],
    ['unknown-shape', '{"channel":"trade","type":"update","data":[]}'],
    ['unknown-shape', frame([])],
    ['unknown-shape', frame([entry(open)], 'delta')],
    ['unknown-shape', frame([entry(open, { interval: 5 })])],
    ['unknown-shape', frame([entry(open, { open: '100' })])],
    ['absurd-numbers', frame([entry(open, { volume: -1 })])],
    ['unknown-shape', frame([entry(open, { trades: 1.5 })])],
    ['unknown-shape', frame([entry(open, { interval_begin: 'yesterday' })])],
    ['unknown-shape', frame([entry(open, { interval_begin: '2026-99-99T00:00:00Z' })])],
    ['absurd-numbers', frame([entry(open)]).replace('"high":120', '"high":1e400')],
    ['not-json', frame([entry(open)]).slice(0, 120)],
    ['absurd-numbers', frame([entry(open, { high: 95 })])],
    ['absurd-numbers', frame([entry(open, { low: 0 })])],
    ['absurd-numbers', frame([entry(open + 1)])],
  ])('is taken as %s: %s', (expected, text) => {
    expect(outcome(text)).toBe(expected);
  });
});

describe('REST answers of Kraken', () => {
  const row = (time: number, change: Record<number, unknown> = {}): unknown[] =>
    Object.assign([time / 1_000, '100', '120', '90', '110', '105.5', '2', 12], change);
  const ohlc = (rows: unknown[]): unknown => ({ error: [], result: { XXBTZUSD: rows, last: open / 1_000 } });

  it('are cut to what was asked for', () => {
    const rows = [row(open - minute), row(open), row(open + minute), row(open + 2 * minute)];
    const candles = parseCandles(ohlc(rows), askedMinutes(open, open + minute));
    expect(candles.map(({ openTime, quoteVolume }) => [openTime, quoteVolume])).toEqual([
      [open, 211],
      [open + minute, 211],
    ]);
    expect(() => parseCandles(ohlc(rows.toReversed()), askedMinutes(open, open))).toThrow();
    expect(() => parseCandles(ohlc([row(open, { 2: '1' })]), askedMinutes(open, open))).toThrow();
    expect(() => parseCandles(ohlc([row(open, { 1: 100 })]), askedMinutes(open, open))).toThrow();
    expect(() => parseCandles({ error: [], result: { a: [], b: [] } }, askedMinutes(open, open))).toThrow('2 pairs');
    expect(() => parseCandles({ error: ['EQuery:Unknown asset pair'] }, askedMinutes(open, open))).toThrow();
    expect(sinceOf(open, 1)).toBe((open - minute) / 1_000);
  });

  it('list pairs by the names of the streams, and value their day', () => {
    const reasons: string[] = [];
    const pairs = {
      error: [],
      result: {
        XXBTZUSD: { altname: 'XBTUSD', wsname: 'XBT/USD', status: 'online', tick_size: '0.1', lot_decimals: 8 },
        XDGUSD: { altname: 'XDGUSD', wsname: 'XDG/USD', status: 'sleeping', lot_decimals: 2 },
        'ETHEUR.d': { altname: 'ETHEUR.d', status: 'online', lot_decimals: 8 },
      },
    };
    const instruments = parseInstruments(pairs, ({ reason }) => reasons.push(reason));
    expect(
      instruments.map(({ symbol, base, status, tickSize, stepSize }) => [symbol, base, status, tickSize, stepSize]),
    ).toEqual([
      ['BTC/USD', 'BTC', 'trading', 0.1, 1e-8],
      ['DOGE/USD', 'DOGE', 'halted', null, 0.01],
    ]);
    expect(reasons).toEqual(['unknown-status', 'unknown-shape']);
    expect(parsePairNames(pairs).get('XXBTZUSD')).toBe('BTC/USD');
    const day = { error: [], result: { XXBTZUSD: { v: ['1', '2'], p: ['90', '100'] } } };
    expect(parseTickers(day).get('XXBTZUSD')).toBe(200);
    expect(parseServerTime({ error: [], result: { unixtime: 1_700_000_000, rfc1123: 'x' } })).toBe(1_700_000_000_000);
  });

  it('know the signs of a limit', () => {
    expect(krakenRateLimitMs(200, '{"error":["EGeneral:Too many requests"]}')).toBe(10_000);
    expect(krakenRateLimitMs(200, '{"error":[],"result":{}}')).toBeUndefined();
  });

  it('have names of their own for some assets', () => {
    expect([streamSymbol('XBT/USD'), restPair('BTC/USD'), restPair('SOL/EUR'), restPair('constructor/USD')]).toEqual([
      'BTC/USD',
      'XBTUSD',
      'SOLEUR',
      'constructorUSD',
    ]);
  });
});

describe('the stream of Kraken', () => {
  it('subscribes on v2', () => {
    expect(krakenProtocol.url('wss://k.example', [])).toBe('wss://k.example/v2');
    expect(JSON.parse(krakenProtocol.subscribe(['BTC/USD'], 1)[0] ?? '')).toEqual({
      method: 'subscribe',
      params: { channel: 'ohlc', symbol: ['BTC/USD'], interval: 1, snapshot: true },
      req_id: 1,
    });
  });
});
