/** The last day of every instrument is read of the log in turns, a partition at a time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type NewRecord, openLog, readTopology } from '@screener/log';
import { createLogger } from '@screener/service';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closedRecord, correctedRecord, gapRecord, markerRecord } from './candle-records.ts';
import { DayRound } from './day-round.ts';
import { Outbox } from './outbox.ts';
import { candleOf, listed, minute } from './testing/scripted-exchange.ts';
import { topologyFile } from './testing/world.ts';
import { Tracked } from './tracked.ts';

const newest = 2_000;
const partition = 3;
const lines: string[] = [];
const write = (line: string): void => void lines.push(line);
const logger = createLogger({ level: 'debug', name: 'collector', json: false, write, now: () => 0 });

let directory: string;
let log: Log;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'day-round-'));
  log = await openLog({ directory });
  await log.ensureTopics(readTopology(topologyFile));
});
afterEach(async () => {
  lines.splice(0);
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

const instrumentOf = (symbol: string): string => `binance:usdm:${symbol}`;

/** Collected up to `newest`; its last hundred minutes are compared anyway. */
function trackedOf(symbol: string, signal: AbortSignal): Tracked {
  const outbox = new Outbox({ writer: { append: async () => {} }, written: () => {}, failed: () => {} });
  const recent = new Map(
    Array.from({ length: 100 }, (_, index) => {
      const number = newest - 99 + index;
      return [minute(number), { candle: candleOf(number), source: 'stream' as const }];
    }),
  );
  const known = { newest: minute(newest), recent, intervalsPrimed: new Set<string>() };
  const facts = { instrument: instrumentOf(symbol), partition, listed: listed(symbol), intervals: [], signal };
  const tracked = new Tracked({ ...facts, known, outbox, wrote: () => {} });
  tracked.takenOver = undefined;
  return tracked;
}

const put = (record: NewRecord): NewRecord => ({ ...record, partition });

async function written(symbols: readonly string[]): Promise<void> {
  const writer = log.writer();
  const records: NewRecord[] = [];
  for (let number = 400; number <= newest; number++) {
    for (const instrument of symbols.map(instrumentOf)) {
      const closed = closedRecord(instrument, { candle: candleOf(number), source: 'stream' });
      records.push(number === 700 ? gapRecord(instrument, minute(number), 'nobody knows') : closed);
    }
    records.push(markerRecord({ partition, openTime: minute(number), missing: [] }));
  }
  await writer.append(records.map(put));
  const [first = ''] = symbols;
  await writer.append([put(correctedRecord(instrumentOf(first), candleOf(800, 7), candleOf(800), 'test'))]);
  await writer.close();
}

function bed(symbols: readonly string[], reader: Pick<Log, 'reader'> = log) {
  const { signal } = new AbortController();
  const tracked = symbols.map((symbol) => trackedOf(symbol, signal));
  const round = new DayRound({ log: reader, logger });
  const tick = (minutes: number): void => round.tick([{ partition, tracked, signal }], minute(newest + minutes));
  const waiting = (): number => tracked.filter(({ older }) => older !== undefined).length;
  return { tracked, tick, waiting };
}

describe('a round over the last day', () => {
  it('begins a while after the start, and reads what is older than what is compared anyway, as it was put right', async () => {
    await written(['AUSDT', 'BUSDT']);
    const { tracked, tick, waiting } = bed(['AUSDT', 'BUSDT']);
    tick(1);
    tick(15);
    expect(waiting()).toBe(0);
    tick(16);
    await vi.waitFor(() => expect(waiting()).toBe(2), 5_000);
    const [first, second] = tracked.map(({ older }) => older);
    expect([first?.oldest, first?.newest]).toEqual([minute(newest - 99 - 1_440), minute(newest - 100)]);
    const closes = (place: typeof first) => [700, 799, 800].map((number) => place?.at(minute(number)));
    expect(closes(first)).toEqual([
      null,
      { candle: candleOf(799), source: 'stream' },
      { candle: candleOf(800, 7), source: 'rest' },
    ]);
    expect(closes(second)[2]).toEqual({ candle: candleOf(800), source: 'stream' });
    // Compared; the next round is hours later, and reads it anew.
    for (const one of tracked) one.older = undefined;
    tick(17);
    tick(400);
    expect(waiting()).toBe(0);
    tick(500);
    await vi.waitFor(() => expect(waiting()).toBe(2), 5_000);
    expect(tracked[0]?.older?.at(minute(800))).toMatchObject({ candle: candleOf(800, 7) });
  });

  it('takes so many at a time, and goes on without those that cannot be compared', async () => {
    const symbols = Array.from({ length: 50 }, (_, index) => `A${index}USDT`);
    await written(symbols.slice(-3));
    const { tracked, tick, waiting } = bed(symbols);
    tick(0);
    tick(15);
    // Of the first 48 the log has one.
    await vi.waitFor(() => expect(tracked[47]?.older).toBeDefined(), 5_000);
    expect(waiting()).toBe(1);
    tick(20);
    expect(waiting()).toBe(1);
    tick(76);
    await vi.waitFor(() => expect(waiting()).toBe(2), 5_000);
    expect(tracked[47]?.older).toBeUndefined();
  });

  it('waits for nobody who is let go while it is read', async () => {
    await written(['AUSDT', 'BUSDT']);
    const { tracked, tick, waiting } = bed(['AUSDT', 'BUSDT']);
    tick(0);
    tick(15);
    tracked[0]?.end();
    await vi.waitFor(() => expect(tracked[1]?.older).toBeDefined(), 5_000);
    expect(waiting()).toBe(1);
  });

  it('is said to fail where the log cannot be read, and comes again', async () => {
    await written(['AUSDT']);
    let fails = true;
    const { tick, waiting } = bed(['AUSDT'], {
      reader(options) {
        if (fails) throw new Error('no disk');
        return log.reader(options);
      },
    });
    tick(0);
    tick(15);
    await vi.waitFor(() => expect(lines.join()).toContain('cannot be read to be compared: no disk'), 5_000);
    fails = false;
    await vi.waitFor(() => {
      tick(600);
      expect(waiting()).toBe(1);
    }, 5_000);
  });
});
