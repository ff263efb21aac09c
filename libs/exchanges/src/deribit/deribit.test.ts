import { describe, expect, it } from 'vitest';
import { ExchangeClock } from '../exchange-clock.ts';
import { askedMinutes } from '../testing/asked-minutes.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { answer, payloads, present } from '../testing/real-payloads.ts';
import { deribitRateLimitMs } from './deribit.ts';
import { deribitReader } from './kline-frame.ts';
import { parseCandles, parseDayValues, parseInstruments, parseServerTime } from './rest-answers.ts';
import { deribitProtocol } from './stream-protocol.ts';

const open = Date.UTC(2026, 6, 26, 6, 48);
const minute = 60_000;
const clock = new ExchangeClock(() => open + 20_000);
const frame = (change: Record<string, unknown> = {}, symbol = 'BTC-PERPETUAL'): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'subscription',
    params: {
      channel: `chart.trades.${symbol}.1`,
      data: { tick: open, open: 100, high: 120, low: 90, close: 110, volume: 2, cost: 210, ...change },
    },
  });
const outcome = (text: string): string => outcomeOf(deribitReader(clock)(text));

describe('a chart frame of Deribit', () => {
  it('is closed by the next candle of the same instrument', () => {
    const read = deribitReader(clock);
    expect(read(frame({}, '币.X-PERPETUAL'))).toMatchObject({
      updates: [{ symbol: '币.X-PERPETUAL', closed: false, eventTime: open + 20_000, candle: { quoteVolume: 210 } }],
    });
    expect(read(frame({ tick: open + minute }))).toMatchObject({ updates: [{ closed: false }] });
    expect(read(frame({ tick: open + minute }, '币.X-PERPETUAL'))).toMatchObject({
      updates: [
        { closed: true, candle: { openTime: open }, eventTime: open + minute },
        { closed: false, candle: { openTime: open + minute } },
      ],
    });
  });

  it('answers a test request', () => {
    const reading = deribitReader(clock)('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}');
    expect(reading).toHaveProperty('reply');
    if (typeof reading === 'object' && 'reply' in reading) expect(JSON.parse(reading.reply).method).toBe('public/test');
  });

  it.each([
    ['answer', '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}'],
    ['answer', '{"jsonrpc":"2.0","id":1,"result":["chart.trades.BTC-PERPETUAL.1"]}'],
    ['connection', '{"jsonrpc":"2.0","id":1,"error":{"code":11050,"message":"bad_request"}}'],
    ['unknown-shape', '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"flutter"}}'],
    ['unknown-shape', frame({}, '')],
    ['unknown-shape', frame().replace('PERPETUAL.1', 'PERPETUAL.5')],
    ['unknown-shape', frame({ open: '100' })],
    ['unknown-shape', frame({ cost: null })],
    ['absurd-numbers', frame({ tick: -1 })],
    ['absurd-numbers', frame().replace('"high":120', '"high":1e400')],
    ['not-json', frame().slice(0, 100)],
    ['not-json', frame().replace('120', 'NaN')],
    ['absurd-numbers', frame({ volume: -2 })],
    ['absurd-numbers', frame({ high: 95 })],
    ['absurd-numbers', frame({ low: 0 })],
    ['absurd-numbers', frame({ tick: open + 1 })],
  ])('is taken as %s: %s', (expected, text) => {
    expect(outcome(text)).toBe(expected);
  });
});

describe('REST answers of Deribit', () => {
  const chart = (change: Record<string, unknown> = {}): unknown => ({
    jsonrpc: '2.0',
    result: {
      status: 'ok',
      ticks: [open, open + minute],
      open: [100, 110],
      high: [120, 110],
      low: [90, 110],
      close: [110, 110],
      volume: [2, 0],
      cost: [210, 0],
      ...change,
    },
  });

  it('are columns of equal length, oldest first', () => {
    expect(
      parseCandles(chart(), askedMinutes(open, open + minute)).map(({ openTime, volume }) => [openTime, volume]),
    ).toEqual([
      [open, 2],
      [open + minute, 0],
    ]);
    expect(() => parseCandles(chart({ cost: [1] }), askedMinutes(open, open + minute))).toThrow('beside 2 times');
    expect(() => parseCandles(chart(), askedMinutes(open, open))).toThrow('not asked for');
    expect(() => parseCandles(chart({ ticks: [open, open] }), askedMinutes(open, open + minute))).toThrow(
      'not asked for',
    );
    expect(() => parseCandles(chart({ status: 'maybe' }), askedMinutes(open, open + minute))).toThrow();
    expect(() => parseCandles(chart({ high: [1, 110] }), askedMinutes(open, open + minute))).toThrow('highest');
    const none = { status: 'no_data', ticks: [], open: [], high: [], low: [], close: [], volume: [], cost: [] };
    expect(parseCandles({ jsonrpc: '2.0', result: none }, askedMinutes(open, open))).toEqual([]);
  });

  it('know the signs of a limit, and values of a day', () => {
    expect(deribitRateLimitMs(400, '{"jsonrpc":"2.0","error":{"message":"too_many_requests","code":10028}}')).toBe(
      1_000,
    );
    expect(deribitRateLimitMs(400, '{"jsonrpc":"2.0","error":{"message":"x","code":11050}}')).toBeUndefined();
    const result = [
      { instrument_name: 'A', volume_usd: 7 },
      { instrument_name: 'B', volume_usd: null },
    ];
    expect(parseDayValues({ jsonrpc: '2.0', result })).toEqual([
      ['A', 7],
      ['B', 0],
    ]);
  });
});

describe('the stream of Deribit', () => {
  it('asks for heartbeats, then for charts', () => {
    const { url, greeting = [], subscribe, unsubscribe } = deribitProtocol(clock);
    expect(url('wss://d.example/', [])).toBe('wss://d.example/ws/api/v2');
    const sent = [...greeting, ...subscribe(['BTC-PERPETUAL'], 1), ...unsubscribe(['BTC-PERPETUAL'], 2)];
    const messages = sent.map((text) => JSON.parse(text));
    expect(messages.map(({ method, params }) => [method, params])).toEqual([
      ['public/set_heartbeat', { interval: 30 }],
      ['public/subscribe', { channels: ['chart.trades.BTC-PERPETUAL.1'] }],
      ['public/unsubscribe', { channels: ['chart.trades.BTC-PERPETUAL.1'] }],
    ]);
  });
});

describe.skipIf(!present)('real payloads of Deribit', () => {
  it('reads one-minute charts, heartbeats and answers, and nothing else', () => {
    for (const { channel, raw } of payloads('deribit_ws')) {
      const minuteChart = channel.startsWith('chart.trades.') && channel.endsWith('.1');
      // Answers of REST carry no id; ours on a stream always do.
      const response = JSON.parse(raw).id === undefined ? 'unknown-shape' : 'answer';
      const known = minuteChart ? 'updates' : { response, heartbeat: 'reply' }[channel];
      expect([channel, outcome(raw)]).toEqual([channel, known ?? 'unknown-shape']);
    }
  });

  it('reads columns of candles, the time and instruments', () => {
    const body = answer('deribit_rest', 'rest:http_get_tradingview_chart_data');
    const candles = parseCandles(body, askedMinutes(1_766_483_460_000, 1_766_483_700_000));
    expect(candles).toHaveLength(5);
    expect(candles[0]).toMatchObject({ close: 87_456.5, volume: 2.94375216, quoteVolume: 257_490 });
    expect(parseServerTime(answer('deribit_rest', 'rest:http_get_time'))).toBe(1_733_338_800_000);
    const problems: string[] = [];
    const [first, second] = parseInstruments(answer('deribit_rest', 'rest:http_get_instruments'), ({ text }) =>
      problems.push(text),
    );
    expect(first).toEqual({
      exchange: 'deribit',
      market: 'futures',
      symbol: 'BTC-PERPETUAL',
      base: 'BTC',
      quote: 'USD',
      kind: 'perpetual',
      status: 'trading',
      tickSize: 0.5,
      stepSize: null,
      listedAt: 1_534_167_754_000,
    });
    expect(second?.kind).toBe('other');
    const summary = payloads('deribit_ws').find(
      ({ channel, raw }) => channel === 'response' && raw.includes('mid_price'),
    );
    expect(parseDayValues(JSON.parse(summary?.raw ?? '')).map(([, value]) => value)).toContain(12_498_220);
    expect(problems).toEqual([]);
  });
});
