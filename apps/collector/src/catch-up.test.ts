import { type ErrorCode, ScreenerError } from '@screener/errors';
import { decodeEvent } from '@screener/events';
import type { NewRecord } from '@screener/log';
import { describe, expect, it } from 'vitest';
import { catchUp } from './catch-up.ts';
import { ExchangeTime } from './exchange-time.ts';
import { Outbox } from './outbox.ts';
import {
  candleOf,
  listed,
  minute,
  type Script,
  type ScriptedExchange,
  scriptedExchange,
} from './testing/scripted-exchange.ts';
import { type KnownMinutes, nothingKnown, Tracked } from './tracked.ts';

interface Bed {
  readonly tracked: Tracked;
  readonly exchange: ScriptedExchange;
  /** As the streams have it; where `told` is given, nothing is heard of them. */
  time: number;
  told: number | undefined;
  listedAt: number;
  rest: { newest: number };
  readonly complaints: string[];
  readonly counts: Record<'repaired' | 'empty' | 'missing', number>;
  /** What was written, such as `closed 5 rest` or `gap 6 why`. */
  readonly written: string[];
  catchUp(to: number): Promise<void>;
}

const knownUpTo = (number: number): KnownMinutes => ({
  ...nothingKnown,
  newest: minute(number),
  recent: new Map([[minute(number), { candle: candleOf(number, number), source: 'stream' }]]),
});

function bed(script: Script, known: KnownMinutes = knownUpTo(4)): Bed {
  const exchange = scriptedExchange(script);
  const written: string[] = [];
  const append = async (records: readonly NewRecord[]): Promise<void> => {
    for (const { value } of records) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type === 'KlineClosed') written.push(`closed ${event.openTime / minute(1)} ${event.source} ${event.close}`);
      else if (type === 'KlineGap') written.push(`gap ${event.openTime / minute(1)} ${event.reason}`);
    }
  };
  const outbox = new Outbox({ writer: { append }, written: () => {}, failed: () => {} });
  const { signal } = new AbortController();
  const one = { instrument: 'binance:usdm:AUSDT', partition: 0, listed: listed('AUSDT'), intervals: [], signal };
  const tracked = new Tracked({ ...one, known, outbox, wrote: () => {} });
  const made: Bed = {
    ...{ tracked, exchange, written },
    ...{ time: minute(20), told: undefined, listedAt: minute(20), rest: { newest: 0 } },
    complaints: [],
    counts: { repaired: 0, empty: 0, missing: 0 },
    async catchUp(to) {
      const time = new ExchangeTime(made.told ?? made.time, 0);
      if (made.told === undefined) time.heard(Math.floor(made.time / minute(1)) * minute(1), false, made.time, 0);
      time.show(made.rest.newest, 0);
      await catchUp(tracked, minute(to), {
        ...{ exchange, now: () => 0, random: () => 0, primeMinutes: 10, time },
        listedAt: () => made.listedAt,
        problem: () => {},
        complain: (what, symbol) => void made.complaints.push(`${what} of ${symbol}`),
        told: (_, what, count) => {
          made.counts[what] += count;
        },
      });
      made.rest.newest = time.known.shown;
      await outbox.room();
    },
  };
  return made;
}

const failure = (code: ErrorCode, status: number, reason: string): ScreenerError =>
  new ScreenerError(code, { exchange: 'X', address: 'y', request: 'z', symbol: 'AUSDT', status, reason });
const unknownSymbol = failure('EXCHANGE_SYMBOL_UNKNOWN', 400, 'Invalid symbol.');

const refusedRow = (number: number) => ({
  ...{ reason: 'absurd-numbers' as const, text: 'high below low', sample: '' },
  openTime: minute(number),
});

describe('catching up over REST', () => {
  it('begins an instrument with its first candle, and fetches no more than is primed', async () => {
    const { tracked, written, exchange, ...one } = bed({ klines: () => [candleOf(14), candleOf(15)] }, nothingKnown);
    await one.catchUp(15);
    expect(exchange.asked[0]).toMatchObject({ from: minute(6), priority: 'prime' });
    expect(written).toEqual(['closed 14 rest 1', 'closed 15 rest 1']);
    expect(tracked).toMatchObject({ primed: true, expectedFrom: minute(16) });
  });

  it('writes nothing more of what was let go meanwhile', async () => {
    const one = bed({
      klines() {
        one.tracked.end();
        return [candleOf(5), candleOf(6)];
      },
    });
    await one.catchUp(6);
    expect([one.written, one.tracked.known([]).newest]).toEqual([[], minute(4)]);
  });

  it('expects nothing of an instrument that has never been traded, until it is', async () => {
    let candles = [] as ReturnType<typeof candleOf>[];
    const one = bed({ klines: () => candles }, nothingKnown);
    await one.catchUp(15);
    expect(one.written).toEqual([]);
    expect(one.tracked).toMatchObject({ primed: true, expectedFrom: undefined });
    candles = [candleOf(18)];
    await one.catchUp(18);
    expect(one.written).toEqual(['closed 18 rest 1']);
  });

  it('makes flat candles of minutes that REST does not have although it has later ones', async () => {
    const one = bed({ klines: () => [candleOf(5, 7), candleOf(8, 9), candleOf(9)] });
    await one.catchUp(8);
    expect(one.written).toEqual(['closed 5 rest 7', 'closed 6 synthetic 7', 'closed 7 synthetic 7', 'closed 8 rest 9']);
    expect(one.counts).toMatchObject({ empty: 2, missing: 0 });
    expect(one.exchange.asked[0]?.to, 'also the candle in progress, which shows how far REST is').toBe(minute(20));
  });

  it('takes no candle in progress for a closed one', async () => {
    const one = bed({ klines: () => [candleOf(5), candleOf(6)] });
    one.time = minute(6) + 30_000;
    await one.catchUp(5);
    expect(one.written).toEqual(['closed 5 rest 1']);
  });

  it('takes the newest row for closed only when a later one follows, or the streams are clearly past it', async () => {
    let candles = [candleOf(5), candleOf(6, 2)];
    const one = bed({ klines: () => candles });
    Object.assign(one, { time: minute(7) + 19_000 });
    await one.catchUp(6);
    expect(one.written, 'no margin yet').toEqual(['closed 5 rest 1']);
    one.time = minute(7) + 20_000;
    await one.catchUp(6);
    expect(one.written).toEqual(['closed 5 rest 1', 'closed 6 rest 2']);
    candles = [candleOf(7, 3), candleOf(8)];
    one.time = minute(8);
    await one.catchUp(7);
    expect(one.written.at(-1)).toBe('closed 7 rest 3');
  });

  it('closes no candle and proves no minute flat by a time that the exchange tells wrongly', async () => {
    let candles = [candleOf(5), candleOf(6)];
    const one = bed({ klines: () => candles });
    one.tracked.primed = true;
    // A year ahead; nothing is heard of the streams.
    Object.assign(one, { told: minute(525_600), listedAt: minute(525_600) });
    for (let round = 0; round < 6; round++) await one.catchUp(8);
    expect(one.written).toEqual(['closed 5 rest 1']);
    candles = [candleOf(6, 4), candleOf(7)];
    await one.catchUp(8);
    expect(one.written).toEqual(['closed 5 rest 1', 'closed 6 rest 4']);
  });

  it('takes a page for no end: its last row is followed by the next page', async () => {
    const one = bed({
      pages: () => [
        [candleOf(5), candleOf(6)],
        [candleOf(7), candleOf(8)],
      ],
    });
    one.time = minute(8) + 5_000;
    await one.catchUp(7);
    expect(one.written).toEqual(['closed 5 rest 1', 'closed 6 rest 1', 'closed 7 rest 1']);
  });

  it('counts as repaired only what the stream had not brought', async () => {
    const one = bed({ klines: () => [candleOf(5), candleOf(6), candleOf(7), candleOf(8)] });
    one.tracked.primed = true;
    for (const number of [6, 7]) one.tracked.sequence.offer(candleOf(number), 'stream');
    await one.catchUp(7);
    expect(one.written).toHaveLength(3);
    expect(one.counts.repaired).toBe(1);
  });

  it('does not believe a REST that lags behind: what it does not tell yet may still come', async () => {
    let candles = [] as ReturnType<typeof candleOf>[];
    const one = bed({ klines: () => candles });
    one.time = minute(7) + 10_000;
    one.tracked.primed = true;
    one.tracked.sequence.offer(candleOf(6), 'stream');
    for (let round = 0; round < 5; round++) await one.catchUp(5);
    expect(one.written).toEqual([]);
    candles = [candleOf(5, 3)];
    await one.catchUp(5);
    expect(one.written).toEqual(['closed 5 rest 3', 'closed 6 stream 1']);
    expect(one.counts.repaired).toBe(1);
  });

  it('fills a minute after which nothing comes once REST has told it of others, and the list says it is traded', async () => {
    const one = bed({});
    one.tracked.primed = true;
    one.time = minute(6) + 30_000;
    one.listedAt = minute(5) + 30_000;
    one.rest.newest = minute(5);
    await one.catchUp(5);
    await one.catchUp(5);
    expect(one.written, 'the list is older than the end of the minute').toEqual([]);
    one.listedAt = minute(6) + 20_000;
    await one.catchUp(5);
    expect(one.written).toEqual(['closed 5 synthetic 4']);
  });

  it('fills nothing after the last candle of what is not traded any more', async () => {
    const one = bed({ klines: () => [candleOf(5)] });
    Object.assign(one.tracked, { phase: 'ending', stoppedAt: minute(7) });
    one.rest.newest = minute(9);
    for (let round = 0; round < 3; round++) await one.catchUp(9);
    expect(one.written).toEqual(['closed 5 rest 1']);
    expect(one.tracked.complete).toBe(true);
  });

  it('asks again for a row that cannot be read, and in the end says that there is a gap', async () => {
    const one = bed({ klines: () => [candleOf(6, 2), candleOf(7)], refused: () => [refusedRow(5)] });
    for (let round = 0; round < 4; round++) {
      await one.catchUp(6);
      expect(one.written).toEqual([]);
    }
    await one.catchUp(6);
    expect(one.written).toEqual([
      'gap 5 what the exchange says of it cannot be read: high below low',
      'closed 6 rest 2',
    ]);
    expect(one.counts.missing).toBe(1);
  });

  it('takes the row as soon as it can be read', async () => {
    const one = bed({
      klines: (_, call) => (call < 3 ? [candleOf(6)] : [candleOf(5, 8), candleOf(6)]),
      refused: (call) => (call < 3 ? [refusedRow(5)] : []),
    });
    for (let round = 0; round < 3; round++) await one.catchUp(6);
    expect(one.written).toEqual(['closed 5 rest 8', 'closed 6 rest 1']);
  });

  it('says that there is a gap where the exchange does not reach back', async () => {
    const one = bed({ capabilities: { klineReach: 3 }, klines: () => [candleOf(18), candleOf(19)] });
    one.time = minute(20) + 30_000;
    await one.catchUp(19);
    expect(one.written.filter((line) => line.startsWith('gap')).length).toBe(13);
    expect(one.written.at(0)).toBe('gap 5 the exchange tells no more than the last 3 minutes');
    expect(one.written.slice(-2)).toEqual(['closed 18 rest 1', 'closed 19 rest 1']);
  });

  it('says that there is a gap where no price is known before', async () => {
    const gapBefore = { ...knownUpTo(4), recent: new Map([[minute(4), null]]) };
    const one = bed({ klines: () => [candleOf(6), candleOf(7)] }, gapBefore);
    await one.catchUp(6);
    expect(one.written[0]).toBe('gap 5 the exchange has no candle of it, and no price is known before it');
  });

  it('tries again later whatever fails, and gives up only where the exchange does not know the symbol', async () => {
    let thrown = failure('EXCHANGE_UNREACHABLE', 0, 'no');
    const one = bed({
      klines() {
        throw thrown;
      },
    });
    one.tracked.primed = true;
    one.tracked.sequence.offer(candleOf(6), 'stream');
    for (let round = 0; round < 8; round++) await one.catchUp(5);
    expect(one.tracked).toMatchObject({ failures: 8, retryAt: 30_000 });
    thrown = failure('EXCHANGE_REFUSED', 451, 'not in your country');
    for (let round = 0; round < 8; round++) await one.catchUp(5);
    expect(one.written).toEqual([]);
    expect(one.complaints).toHaveLength(16);
    thrown = unknownSymbol;
    for (let round = 0; round < 4; round++) await one.catchUp(5);
    expect(one.written).toEqual([]);
    await one.catchUp(5);
    expect(one.written[0]).toMatch(/^gap 5 the exchange refuses to tell it: X does not know AUSDT/);
    expect(one.written[1]).toBe('closed 6 stream 1');
  });

  it('ends what is not traded any more only when the exchange has said twice that it does not know it', async () => {
    let thrown = failure('EXCHANGE_REFUSED', 403, '<html>');
    const one = bed({
      klines() {
        throw thrown;
      },
    });
    Object.assign(one.tracked, { phase: 'ending', stoppedAt: minute(6) });
    for (let round = 0; round < 6; round++) await one.catchUp(6);
    thrown = unknownSymbol;
    await one.catchUp(6);
    expect(one.tracked.phase).toBe('ending');
    await one.catchUp(6);
    expect(one.tracked.phase).toBe('over');
  });
});
