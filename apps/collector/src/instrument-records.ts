/** What the log is told of instruments, and what it holds of them. */
import { decodeAs, encodeEvent, type InstrumentChanged } from '@screener/events';
import type { ListedInstrument } from '@screener/exchanges';
import type { Log, NewRecord } from '@screener/log';
import { formatInstrument } from '@screener/market';

const topic = 'instruments';

/** Newest event of each instrument of a partition. */
export async function readKnownInstruments(
  log: Log,
  partition: number,
  signal: AbortSignal,
): Promise<Map<string, InstrumentChanged>> {
  const known = new Map<string, InstrumentChanged>();
  for await (const batch of log.reader({ topic, partitions: [partition], from: 'beginning', until: 'end' })) {
    signal.throwIfAborted();
    for (const { key, value } of batch) {
      if (key === null) continue;
      if (value === null) known.delete(key);
      else known.set(key, decodeAs('InstrumentChanged', value));
    }
  }
  return known;
}

export function instrumentEvent(listed: ListedInstrument, simulated: boolean): InstrumentChanged {
  const { exchange, market, symbol, base, quote, status, tickSize, stepSize, listedAt, marketCap } = listed;
  const facts = { exchange, market, symbol, base, quote, status, tickSize, stepSize, listedAt, simulated, marketCap };
  return { instrument: formatInstrument(listed), ...facts };
}

/** A capitalisation moves all the time, and `instruments` is for what changes now and then. */
const marketCapChangeMin = 0.1;

const isTold = (cap: number | null | undefined, before: number | null | undefined): boolean => {
  if (cap === undefined) return true;
  if (cap === null || before === null || before === undefined) return cap === (before ?? null);
  return Math.abs(cap - before) < before * marketCapChangeMin;
};

/** undefined where the log says that already. */
export function changedRecord(
  event: InstrumentChanged,
  before: InstrumentChanged | undefined,
  timestamp: number,
): NewRecord | undefined {
  if (before !== undefined && isTold(event.marketCap, before.marketCap)) {
    const same = encodeEvent('InstrumentChanged', { ...event, marketCap: before.marketCap });
    if (same.equals(encodeEvent('InstrumentChanged', before))) return undefined;
  }
  return { topic, key: event.instrument, timestamp, value: encodeEvent('InstrumentChanged', event) };
}
