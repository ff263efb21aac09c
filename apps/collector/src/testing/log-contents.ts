/** What a collector wrote, read back from the log and compared with the ledger of the simulated exchange. */
import { decodeEvent, type KlineClosed } from '@screener/events';
import { type Log, partitionOf } from '@screener/log';
import type { Simulator } from '@screener/simulator';
import { expect } from 'vitest';

const minuteMs = 60_000;
const partitions = 12;

export interface Contents {
  readonly candles: ReadonlyMap<string, readonly KlineClosed[]>;
  /** Open times by partition, in the order of the log. */
  readonly markers: ReadonlyMap<number, readonly number[]>;
  /** Open times of minutes whose marker named somebody. */
  readonly missing: readonly number[];
  readonly gaps: number;
  /** Open times of candles that came after the marker of their minute. */
  readonly late: readonly number[];
}

export async function contentsOf(log: Log): Promise<Contents> {
  const candles = new Map<string, KlineClosed[]>();
  const markers = new Map<number, number[]>();
  const [late, missing]: [number[], number[]] = [[], []];
  let gaps = 0;
  for await (const batch of log.reader({ topic: 'klines.closed', from: 'beginning', until: 'end' })) {
    for (const { key, value, partition, timestamp } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type === 'KlineClosed') {
        expect(key).toBe(event.instrument);
        expect(partition).toBe(partitionOf(event.instrument, partitions));
        expect(timestamp).toBe(event.openTime + 59_999);
        if ((markers.get(partition)?.at(-1) ?? 0) >= event.openTime) late.push(event.openTime);
        candles.set(event.instrument, [...(candles.get(event.instrument) ?? []), event]);
      } else if (type === 'MinuteClosed') {
        if (event.missing.length > 0) missing.push(event.openTime);
        markers.set(partition, [...(markers.get(partition) ?? []), event.openTime]);
      } else if (type === 'KlineGap') gaps++;
    }
  }
  return { candles, markers, missing, gaps, late };
}

/** Minutes that every instrument has beyond its history. */
export const liveMinutes = ({ candles }: Contents, primeMinutes: number): number =>
  candles.size === 0 ? 0 : Math.min(...[...candles.values()].map(({ length }) => length)) - primeMinutes;

export function expectLedger({ candles, markers, gaps }: Contents, { ledger }: Simulator): void {
  expect(gaps).toBe(0);
  for (const [instrument, events] of candles) {
    const first = events[0]?.openTime ?? 0;
    const told = ledger.candles(instrument.split(':')[2] ?? '', first, first + (events.length - 1) * minuteMs);
    expect(events.map(({ instrument: _, source: __, ...candle }) => candle)).toEqual(told);
  }
  expect(markers.size).toBe(partitions);
  for (const openTimes of markers.values()) {
    expect(openTimes).toEqual(openTimes.map((_, index) => (openTimes[0] ?? 0) + index * minuteMs));
  }
}
