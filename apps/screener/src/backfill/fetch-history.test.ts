/** Fetching from exchanges that lack minutes, answer badly, or not at all. */
import { ScreenerError } from '@screener/errors';
import { type BackfillAdvanced, decodeEvent } from '@screener/events';
import type { Exchange, KlineRange } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import { type Candle, MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { fetchHistory, type HistoryJob, type JobOutcome } from './fetch-history.ts';

const candle = (minute: number): Candle => ({
  ...{ openTime: minute * MINUTE_MS, open: 1, high: 2, low: 1, close: 1 + minute / 1e6, volume: 1, quoteVolume: 1 },
  ...{ trades: 1, takerBuyVolume: 0, takerBuyQuoteVolume: 0 },
});
const minutes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

interface Setting {
  /** What the exchange has. */
  readonly has: readonly number[];
  readonly asked: readonly [number, number];
  readonly status?: HistoryJob['status'];
  readonly pageMinutes?: number;
  /** Called before each page. */
  readonly before?: (range: KlineRange, from: number) => void;
}

async function run({ has, asked: [from, to], status = 'trading', pageMinutes = 100, before }: Setting) {
  const records: NewRecord[][] = [];
  let stretches: readonly BackfillAdvanced[] = [];
  const exchange = {
    restState: () => ({ weightUsed: 0, weightLimit: 100 }),
    async *klines(range: KlineRange) {
      for (let begin = range.from / MINUTE_MS; begin <= range.to / MINUTE_MS; begin += pageMinutes) {
        before?.(range, begin);
        const end = Math.min(begin + pageMinutes, range.to / MINUTE_MS + 1);
        yield has.filter((minute) => minute >= begin && minute < end).map(candle);
      }
    },
  } as unknown as Exchange;
  const outcome: JobOutcome = { candles: 0, synthetic: 0, gaps: 0, failure: undefined };
  const job: HistoryJob = {
    ...{ instrument: 'a:b:C', symbol: 'C', partition: 3, status },
    asked: { from: from * MINUTE_MS, to: to * MINUTE_MS },
  };
  let advanced = 0;
  const thrown = await fetchHistory(job, outcome, {
    ...{ exchange, share: 100, signal: new AbortController().signal },
    async append(some) {
      records.push([...some]);
      const { type, event } = decodeEvent(some.at(-1)?.value ?? Buffer.alloc(0));
      if (type !== 'BackfillAdvanced') throw new Error(`${type} instead of how far it goes`);
      stretches = [...stretches.filter((stretch) => stretch.from !== event.from), event];
    },
    stretchesOf: async () => stretches,
    advance: (count) => {
      advanced += count;
    },
  }).catch((cause: unknown) => cause);
  const told = records.flat().flatMap(({ value }) => {
    const { type, event } = decodeEvent(value ?? Buffer.alloc(0));
    if (type === 'KlineClosed') return `${event.openTime / MINUTE_MS} ${event.source}`;
    return type === 'KlineGap' ? `${event.openTime / MINUTE_MS} gap` : [];
  });
  return { told, outcome, records, stretches, advanced, thrown };
}

describe('fetching history', () => {
  it('fills the minutes that the exchange does not have, at the end too', async () => {
    const { told, outcome, advanced, stretches } = await run({ has: [10, 11, 14, 250], asked: [10, 260] });
    expect(told).toEqual([
      ...['10 rest', '11 rest', '12 synthetic', '13 synthetic', '14 rest'],
      ...minutes(15, 250).map((minute) => `${minute} synthetic`),
      ...['250 rest', ...minutes(251, 260).map((minute) => `${minute} synthetic`)],
    ]);
    expect([outcome, advanced]).toEqual([{ candles: 4, synthetic: 246, gaps: 0, failure: undefined }, 250]);
    expect(stretches).toMatchObject([{ from: 10 * MINUTE_MS, next: 260 * MINUTE_MS, candles: 4, synthetic: 246 }]);
  });

  it('takes the price before the range where that begins without candles, and nothing before the very first', async () => {
    expect((await run({ has: [5, 13], asked: [10, 14] })).told).toEqual([
      ...['10 synthetic', '11 synthetic', '12 synthetic', '13 rest'],
    ]);
    expect((await run({ has: [13], asked: [10, 14] })).told).toEqual(['13 rest']);
    expect((await run({ has: [], asked: [10, 14] })).stretches).toMatchObject([{ next: 14 * MINUTE_MS, close: null }]);
  });

  it('ends with the last candle of what was delisted', async () => {
    const { told, stretches } = await run({ has: [10, 11], asked: [10, 400], status: 'delisted' });
    expect(told).toEqual(['10 rest', '11 rest']);
    expect(stretches).toMatchObject([{ next: 400 * MINUTE_MS, candles: 2, synthetic: 0 }]);
  });

  it('calls a minute whose row was refused a gap, and does not make one up', async () => {
    const before = ({ problem }: KlineRange, from: number): void => {
      const bad = { reason: 'absurd-numbers', text: 'C: high 1 is not the highest price', sample: '' } as const;
      if (from === 10) problem?.({ ...bad, openTime: 12 * MINUTE_MS });
      // A row that does not even say which minute it is may be the one at the end of its page.
      if (from === 110) problem?.({ ...bad, reason: 'unknown-shape', text: 'C: a row has another shape' });
    };
    const has = [...minutes(10, 12), ...minutes(14, 209), ...minutes(210, 215)];
    const { told, outcome } = await run({ has, asked: [10, 216], before });
    expect(told.filter((line) => !line.endsWith('rest'))).toEqual([
      '12 gap',
      '13 synthetic',
      '209 gap',
      '215 synthetic',
    ]);
    expect(outcome).toMatchObject({ candles: 202, synthetic: 2, gaps: 2 });
  });

  it('writes long holes in several appends, each with how far it goes', async () => {
    const { records, told } = await run({ has: [10, 5_000], asked: [10, 5_001] });
    expect(told).toHaveLength(4_991);
    expect(Math.max(...records.map(({ length }) => length))).toBeLessThanOrEqual(1_501);
    expect(records.every((some) => some.at(-1)?.topic === 'backfills')).toBe(true);
  });

  it('goes on after what may pass from where the log says, and gives up what may not', async () => {
    const facts = { exchange: 'Test', address: 'here', reason: 'a test' };
    let failures = 0;
    const flaky = (_: KlineRange, from: number): void => {
      if (from === 210 && failures++ < 1) throw new ScreenerError('EXCHANGE_UNREACHABLE', facts);
    };
    const { told, outcome } = await run({ has: minutes(10, 300), asked: [10, 300], before: flaky });
    expect(told).toEqual(minutes(10, 300).map((minute) => `${minute} rest`));
    expect([outcome.failure, outcome.candles]).toEqual([undefined, 290]);

    const refusing = (): void => {
      throw new ScreenerError('EXCHANGE_REFUSED', { exchange: 'Test', request: '/x', status: 400, reason: 'no C' });
    };
    const refused = await run({ has: minutes(10, 20), asked: [10, 20], before: refusing });
    expect([refused.told, refused.thrown]).toEqual([[], undefined]);
    expect(refused.outcome.failure).toMatch(/refused \/x with status 400: no C/);
  });

  it('a log that refuses ends all of it', async () => {
    const cause = new ScreenerError('LOG_WRITE_FAILED', { file: 'log.sqlite', reason: 'no space' });
    const before = (): void => {
      throw cause;
    };
    expect((await run({ has: [], asked: [10, 20], before })).thrown).toBe(cause);
  });
});
