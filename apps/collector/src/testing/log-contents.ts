/** What a collector wrote, read back from the log and compared with the ledger of the simulated exchange. */
import { decodeEvent, type KlineClosed } from '@screener/events';
import { type Log, partitionOf } from '@screener/log';
import type { Simulator } from '@screener/simulator';
import { expect } from 'vitest';

const minuteMs = 60_000;
const partitions = 12;

export interface Contents {
  /** As they stand now: corrections are applied. */
  readonly candles: ReadonlyMap<string, readonly KlineClosed[]>;
  /** Open times by partition, in the order of the log. */
  readonly markers: ReadonlyMap<number, readonly number[]>;
  /** Open times of minutes whose marker named somebody. */
  readonly missing: readonly number[];
  readonly gaps: number;
  readonly gapReasons: readonly string[];
  readonly corrections: number;
  /** Open times of candles that came after the marker of their minute. */
  readonly late: readonly number[];
}

export async function contentsOf(log: Log): Promise<Contents> {
  const candles = new Map<string, KlineClosed[]>();
  const markers = new Map<number, number[]>();
  const [late, missing, gapReasons]: [number[], number[], string[]] = [[], [], []];
  let corrections = 0;
  for await (const batch of log.reader({ topic: 'klines.closed', from: 'beginning', until: 'end' })) {
    for (const { key, value, partition, timestamp } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type === 'KlineClosed') {
        expect(key).toBe(event.instrument);
        expect(partition).toBe(partitionOf(event.instrument, partitions));
        expect(timestamp).toBe(event.openTime + 59_999);
        if ((markers.get(partition)?.at(-1) ?? 0) >= event.openTime) late.push(event.openTime);
        const minutes = candles.get(event.instrument) ?? [];
        candles.set(event.instrument, minutes);
        minutes.push(event);
      } else if (type === 'KlineCorrected') {
        corrections++;
        const minutes = candles.get(event.instrument) ?? [];
        const index = minutes.findIndex(({ openTime }) => openTime === event.openTime);
        const { previous, reason: _, source: __, ...corrected } = event;
        const before = minutes[index];
        expect(before, 'only what is there is corrected').toMatchObject(previous ?? {});
        if (before !== undefined) minutes[index] = { ...corrected, source: 'rest' };
      } else if (type === 'MinuteClosed') {
        if (event.missing.length > 0) missing.push(event.openTime);
        markers.set(partition, [...(markers.get(partition) ?? []), event.openTime]);
      } else if (type === 'KlineGap') gapReasons.push(event.reason);
    }
  }
  return { candles, markers, missing, gaps: gapReasons.length, gapReasons, corrections, late };
}

/** Minutes that every instrument has beyond its history. */
export const liveMinutes = ({ candles }: Contents, primeMinutes: number): number =>
  candles.size === 0 ? 0 : Math.min(...[...candles.values()].map(({ length }) => length)) - primeMinutes;

/**
 * Every minute once, in order, and as the exchange says it now; flat where it has none. `newest`: later minutes may still
 * be corrected.
 */
export function expectLedger(
  { candles, markers, gapReasons }: Contents,
  { ledger }: Simulator,
  newest = Infinity,
): void {
  expect(gapReasons).toEqual([]);
  for (const [instrument, events] of candles) {
    const first = events[0]?.openTime ?? 0;
    const openTimes = events.map(({ openTime }) => openTime);
    expect(openTimes, instrument).toEqual(openTimes.map((_, index) => first + index * minuteMs));
    const symbol = instrument.split(':')[2] ?? '';
    const compared = events.filter(({ openTime }) => openTime <= newest);
    const real = compared.filter(({ openTime }) => ledger.hasCandle(symbol, openTime));
    const told = ledger.candles(symbol, first, compared.at(-1)?.openTime ?? 0);
    expect(real.map(({ instrument: _, source: __, ...candle }) => candle)).toEqual(told);
    for (const event of compared) {
      if (ledger.hasCandle(symbol, event.openTime)) continue;
      expect(event, instrument).toMatchObject({ source: 'synthetic', volume: 0, trades: 0 });
    }
  }
  expectMarkers({ markers });
}

export function expectMarkers({ markers }: Pick<Contents, 'markers'>): void {
  expect(markers.size).toBe(partitions);
  for (const openTimes of markers.values()) {
    expect(openTimes).toEqual(openTimes.map((_, index) => (openTimes[0] ?? 0) + index * minuteMs));
  }
}
