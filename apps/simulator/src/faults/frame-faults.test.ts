import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RawStream, type SteppedExchange, steppedExchange } from '../testing/stepped-exchange.ts';
import type { Fault } from './fault-plan.ts';

const begin = Date.UTC(2026, 6, 26, 12);
let exchange: SteppedExchange;
let stream: RawStream;
beforeEach(async () => {
  exchange = await steppedExchange();
  stream = await exchange.listen('/market/ws/btcusdt@kline_1m');
});
afterEach(() => exchange.stop());

interface Event {
  readonly s: string;
  readonly E: number;
  readonly st?: number;
  readonly k: { readonly t: number; readonly c: string; readonly n: number; readonly v: string; readonly x: boolean };
}

const events = (): readonly Event[] => stream.frames.map((text) => JSON.parse(text));
const finals = (): readonly Event[] => events().filter(({ k }) => k.x);
const effects = (kind: Fault['kind']): number => exchange.simulator.faults.counts()[kind].effects;
const inject = (fault: Fault): void => exchange.simulator.faults.inject(fault);

describe('faults of frames', () => {
  it('sends a final frame late', async () => {
    inject({ kind: 'late-final', delayMs: 30_000, times: 1 });
    await exchange.step(65_000);
    expect(finals()).toEqual([]);
    expect(events().some(({ k }) => k.t === begin + 60_000)).toBe(true);
    await exchange.step(32_000);
    await vi.waitFor(() => expect(finals().map(({ k }) => k.t)).toEqual([begin]));
    expect(effects('late-final')).toBe(1);
  });

  it('never sends a final frame', async () => {
    inject({ kind: 'missing-final', times: 1 });
    await exchange.step(60_000);
    await exchange.step(60_000);
    await vi.waitFor(() => expect(finals().map(({ k }) => k.t)).toEqual([begin + 60_000]));
    expect(effects('missing-final')).toBe(1);
    expect(exchange.simulator.ledger.finalsSent('BTCUSDT', begin)).toBe(0);
    expect(exchange.simulator.ledger.finalsSent('BTCUSDT', begin + 60_000)).toBe(1);
  });

  it('sends frames twice', async () => {
    inject({ kind: 'duplicate-frames', symbols: ['BTCUSDT'] });
    await exchange.step(60_000);
    await vi.waitFor(() => expect(finals().map(({ k }) => k.t)).toEqual([begin, begin]));
    await vi.waitFor(() => expect(stream.frames.length).toBe(2 * effects('duplicate-frames')));
    expect(exchange.simulator.ledger.finalsSent('BTCUSDT', begin)).toBe(2);
  });

  it('lets a frame overtake the one before', async () => {
    await exchange.step(4_000);
    inject({ kind: 'out-of-order', durationMs: 30_000 });
    await exchange.step(40_000);
    expect(effects('out-of-order')).toBeGreaterThan(0);
    await vi.waitFor(() => {
      const times = events().map(({ E }) => E);
      const overtaken = times.filter((time, index) => time < (times[index - 1] ?? 0));
      expect(overtaken.length).toBe(effects('out-of-order'));
    });
  });

  it('closes a minute otherwise than REST', async () => {
    inject({ kind: 'wrong-final', times: 1 });
    await exchange.step(65_000);
    await vi.waitFor(() => expect(finals()).toHaveLength(1));
    const { text } = await exchange.get(`/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${begin}&limit=1`);
    const truth = exchange.simulator.ledger.candleAt('BTCUSDT', begin);
    expect(JSON.parse(text)[0][8]).toBe(truth.trades);
    expect(finals()[0]?.k.n).toBeLessThan(truth.trades);
    expect(effects('wrong-final')).toBe(1);
  });

  it('sends what is no kline', async () => {
    inject({ kind: 'malformed-frames', times: 5 });
    await exchange.step(50_000);
    await vi.waitFor(() => expect(effects('malformed-frames')).toBeGreaterThan(2));
    await vi.waitFor(() => {
      const sound = stream.frames.filter((text) => /^\{"e":"kline",.*"k":\{"t":\d.*\}\}$/.test(text));
      expect(stream.frames.length - sound.length).toBe(effects('malformed-frames'));
    });
  });

  it('sends absurd numbers', async () => {
    inject({ kind: 'absurd-numbers', times: 5 });
    await exchange.step(30_000);
    await exchange.step(25_000);
    await vi.waitFor(() => expect(effects('absurd-numbers')).toBe(5));
    const marks = [/"c":"-\d/, /"h":"NaN"/, /"v":"1e400"/, /"o":"-1"/, /"l":"9\d+\.\d+"/];
    await vi.waitFor(() => {
      for (const mark of marks) expect(stream.frames.join('\n')).toMatch(mark);
    });
  });

  it('mixes the markets', async () => {
    inject({ kind: 'merged-markets' });
    await exchange.step(8_000);
    await vi.waitFor(() => expect(effects('merged-markets')).toBeGreaterThan(1));
    const seen = (): Set<string> => new Set(events().map(({ s, st }) => `${s} ${st}`));
    await vi.waitFor(() => expect(seen()).toEqual(new Set(['BTCUSDT 1', 'BTCUSD_PERP 2'])));
  });

  it('has a clock that is off', async () => {
    inject({ kind: 'clock-skew', skewMs: -7_000 });
    await exchange.step(4_000);
    await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThan(1));
    const { text, headers } = await exchange.get('/fapi/v1/time');
    const now = exchange.simulator.now();
    expect(JSON.parse(text).serverTime).toBe(now - 7_000);
    expect(Date.parse(headers.get('date') ?? '')).toBe(now - 7_000);
    await vi.waitFor(() => expect(events().at(-1)?.E).toBe(now - 7_000));
    expect(effects('clock-skew')).toBeGreaterThan(2);
  });
});
