import { describe, expect, it } from 'vitest';
import { mutations } from '../testing/mutations.ts';
import { outcomeOf } from '../testing/outcome-of.ts';
import { readByShape, readKlineFrame, soundUpdate } from './kline-frame.ts';

const open = Date.UTC(2026, 6, 26, 6, 48);
const frame = (change: Record<string, unknown> = {}, symbol = 'BTCUSDT'): string =>
  JSON.stringify({
    stream: `${symbol.toLowerCase()}@kline_1m`,
    data: {
      e: 'kline',
      E: open + 3_771,
      s: symbol,
      k: {
        t: open,
        T: open + 59_999,
        s: symbol,
        i: '1m',
        f: 100,
        L: 110,
        o: '64346.70',
        c: '64350.10',
        h: '64351.00',
        l: '64340.20',
        v: '0.0502',
        n: 11,
        x: false,
        q: '3230.204340',
        V: '0.0402',
        Q: '2586.740000',
        B: '0',
        ...change,
      },
    },
  });

describe('a kline frame', () => {
  it('becomes an update, wrapped or raw', () => {
    const update = {
      symbol: 'BTCUSDT',
      closed: false,
      eventTime: open + 3_771,
      candle: {
        openTime: open,
        open: 64346.7,
        high: 64351,
        low: 64340.2,
        close: 64350.1,
        volume: 0.0502,
        quoteVolume: 3230.20434,
        trades: 11,
        takerBuyVolume: 0.0402,
        takerBuyQuoteVolume: 2586.74,
      },
    };
    expect(readKlineFrame(frame())).toEqual({ updates: [update] });
    expect(readKlineFrame(JSON.stringify(JSON.parse(frame()).data))).toEqual({ updates: [update] });
  });

  it('may be of a symbol in any script, and have further fields', () => {
    const reading = readKlineFrame(frame({ st: 1, ps: 'x', nq: '1', ap: '2' }, '币安人生USDT'));
    expect(reading).toMatchObject({ updates: [{ symbol: '币安人生USDT' }] });
  });

  it('is taken by the fast check exactly where the shape takes it, with the same numbers', () => {
    const { data } = JSON.parse(frame());
    const outcomes = { taken: 0, refused: 0 };
    for (const event of [...mutations(data), ...mutations({ ...data, st: 1 })]) {
      const update = soundUpdate(event);
      const byShape = readByShape(event, '');
      if (update === undefined) expect(byShape, JSON.stringify(event)).toHaveProperty('problem');
      else expect(byShape, JSON.stringify(event)).toEqual({ updates: [update] });
      outcomes[update === undefined ? 'refused' : 'taken']++;
    }
    expect(outcomes.taken).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(500);
  });

  it('of the other market in a merged stream is left out', () => {
    const { data } = JSON.parse(frame());
    const merged = (st: unknown): string => JSON.stringify({ data: { ...data, st } });
    expect([1, 2, 3].map((st) => outcomeOf(readKlineFrame(merged(st))))).toEqual([
      'updates',
      'foreign',
      'unknown-shape',
    ]);
  });

  it('that is refused says of whom it is, and is kept as a whole', () => {
    const text = frame({ h: '1' });
    expect(readKlineFrame(text)).toMatchObject({ problem: { symbol: 'BTCUSDT', frame: text } });
    const strange = frame({ i: '5m', further: 'x'.repeat(1_000) });
    const reading = readKlineFrame(strange);
    expect(reading).toMatchObject({ problem: { symbol: 'BTCUSDT', frame: strange } });
    if (typeof reading === 'object' && 'problem' in reading) expect(reading.problem.sample).toHaveLength(300);
  });

  it('tells the answers to our own requests apart', () => {
    expect(readKlineFrame('{"result":null,"id":2}')).toBe('answer');
    expect(outcomeOf(readKlineFrame('{"error":{"code":2,"msg":"no"},"id":2}'))).toBe('connection');
  });

  it.each([
    ['not-json', frame().slice(0, 80)],
    ['not-json', '<html>403 Forbidden</html>'],
    ['shutdown', `{"e":"serverShutdown","E":${open}}`],
    ['unknown-shape', 'null'],
    ['unknown-shape', '[]'],
    ['unknown-shape', '{"stream":"btcusdt@kline_1m"}'],
    ['unknown-shape', frame({ i: '5m' })],
    ['unknown-shape', frame({ x: 'true' })],
    ['unknown-shape', frame({ o: 64346.7 })],
    ['absurd-numbers', frame({ l: '-1' })],
    ['absurd-numbers', frame({ v: 'NaN' })],
    ['absurd-numbers', frame({ h: '1e400' })],
    ['absurd-numbers', frame({ h: `${'9'.repeat(400)}` })],
    ['absurd-numbers', frame({ n: -1 })],
    ['absurd-numbers', frame({ q: 0 }).replace('"q":0', '"q":1e400')],
    ['unknown-shape', frame({ c: '' })],
    ['absurd-numbers', frame({ h: '64340.20' })],
    ['absurd-numbers', frame({ l: '0' })],
    ['absurd-numbers', frame({ l: '64346.80' })],
    ['absurd-numbers', frame({ t: open + 1 })],
    ['absurd-numbers', frame({ T: open + 299_999 })],
    ['absurd-numbers', frame({ V: '0.0503' })],
    ['absurd-numbers', frame({ s: 'ETHUSDT' })],
  ])('is taken as %s: %s', (reason, text) => {
    expect(outcomeOf(readKlineFrame(text))).toBe(reason);
  });
});
