import { describe, expect, it } from 'vitest';
import { parseKlineFrame } from './kline-frame.ts';

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

const problemOf = (text: string): string | undefined => {
  const parsed = parseKlineFrame(text);
  return parsed !== 'answer' && 'problem' in parsed ? parsed.problem.reason : undefined;
};

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
    expect(parseKlineFrame(frame())).toEqual({ update });
    expect(parseKlineFrame(JSON.stringify(JSON.parse(frame()).data))).toEqual({ update });
  });

  it('may be of a symbol in any script, and have further fields', () => {
    const parsed = parseKlineFrame(frame({ st: 1, ps: 'x', nq: '1', ap: '2' }, '币安人生USDT'));
    expect(parsed).toMatchObject({ update: { symbol: '币安人生USDT' } });
  });

  it('tells the answers to our own requests apart', () => {
    expect(parseKlineFrame('{"result":null,"id":2}')).toBe('answer');
    expect(parseKlineFrame('{"error":{"code":2,"msg":"no"},"id":2}')).toBe('answer');
  });

  it.each([
    ['not-json', frame().slice(0, 80)],
    ['not-json', '<html>403 Forbidden</html>'],
    ['connection', `{"e":"serverShutdown","E":${open}}`],
    ['unknown-shape', 'null'],
    ['unknown-shape', '[]'],
    ['unknown-shape', '{"stream":"btcusdt@kline_1m"}'],
    ['unknown-shape', frame({ i: '5m' })],
    ['unknown-shape', frame({ x: 'true' })],
    ['unknown-shape', frame({ o: 64346.7 })],
    ['unknown-shape', frame({ l: '-1' })],
    ['unknown-shape', frame({ v: 'NaN' })],
    ['unknown-shape', frame({ h: '1e400' })],
    ['unknown-shape', frame({ h: `${'9'.repeat(400)}` })],
    ['unknown-shape', frame({ n: -1 })],
    ['absurd-numbers', frame({ h: '64340.20' })],
    ['absurd-numbers', frame({ l: '0' })],
    ['absurd-numbers', frame({ l: '64346.80' })],
    ['absurd-numbers', frame({ t: open + 1 })],
    ['absurd-numbers', frame({ T: open + 299_999 })],
    ['absurd-numbers', frame({ V: '0.0503' })],
    ['absurd-numbers', frame({ s: 'ETHUSDT' })],
  ])('is refused as %s: %s', (reason, text) => {
    expect(problemOf(text)).toBe(reason);
  });
});
