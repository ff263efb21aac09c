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
  const { exchange, market, symbol, base, quote, status, tickSize, stepSize, listedAt } = listed;
  const facts = { exchange, market, symbol, base, quote, status, tickSize, stepSize, listedAt, simulated };
  return { instrument: formatInstrument(listed), ...facts };
}

/** undefined where the log says that already. */
export function changedRecord(
  event: InstrumentChanged,
  before: InstrumentChanged | undefined,
  timestamp: number,
): NewRecord | undefined {
  const value = encodeEvent('InstrumentChanged', event);
  if (before !== undefined && value.equals(encodeEvent('InstrumentChanged', before))) return undefined;
  return { topic, key: event.instrument, timestamp, value };
}
