/** The past as the log has it: what was backfilled, and over it what was collected, as corrected last. */
import { decodeAs, eventNameOf } from '@screener/events';
import type { Log, LogRecord } from '@screener/log';
import { barsOfColumns, isIntervalName } from '@screener/market';
import { TapeCollection } from './tape-collection.ts';

export interface LogSource {
  readonly log: Log;
  readonly isAsked: (instrument: string) => boolean;
  readonly signal: AbortSignal;
  /** Told how many records a topic has at most, and then how many more were read. */
  readonly progress: (topic: string, total: number) => { advance(records: number): void; end(): void };
}

/** In this order: of a minute that both have, that of the live log counts. */
const topics = ['instruments', 'bars.primed', 'klines.history', 'klines.closed'] as const;

/** Names of everything that the log knows come back too, for those who ask for what it does not. */
export async function tapesOfLog(
  source: LogSource,
): Promise<{ readonly tapes: TapeCollection; readonly known: ReadonlySet<string> }> {
  const tapes = new TapeCollection();
  const known = new Set<string>();
  const existing = new Set((await source.log.describeTopics()).map(({ name }) => name));
  for (const topic of topics) {
    if (existing.has(topic)) await readTopic(topic, source, (record) => take(record, { tapes, known, source }));
  }
  return { tapes, known };
}

async function readTopic(
  topic: string,
  { log, signal, progress }: LogSource,
  each: (record: LogRecord) => void,
): Promise<void> {
  const offsets = await log.offsets(topic);
  const bar = progress(
    topic,
    offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0),
  );
  const reader = log.reader({ topic, from: 'beginning', until: 'end' });
  try {
    for await (const batch of reader) {
      if (signal.aborted) return;
      for (const record of batch) each(record);
      bar.advance(batch.length);
    }
  } finally {
    await reader.close();
    bar.end();
  }
}

interface Taking {
  readonly tapes: TapeCollection;
  readonly known: Set<string>;
  readonly source: LogSource;
}

function take({ key, value }: LogRecord, { tapes, known, source }: Taking): void {
  if (key === null || value === null) return;
  const instrument = key.split('/', 1)[0] ?? key;
  known.add(instrument);
  if (!source.isAsked(instrument)) return;
  switch (eventNameOf(value)) {
    case 'KlineClosed':
      tapes.put(instrument, decodeAs('KlineClosed', value));
      break;
    case 'KlineCorrected':
      tapes.put(instrument, decodeAs('KlineCorrected', value));
      break;
    case 'BarsPrimed': {
      const { interval, ...columns } = decodeAs('BarsPrimed', value);
      if (isIntervalName(interval)) tapes.prime(instrument, interval, barsOfColumns(columns));
      break;
    }
    case 'InstrumentChanged':
      tapes.pricedIn(instrument, decodeAs('InstrumentChanged', value).quote);
      break;
    default:
      // Markers and gaps say nothing that a missing candle does not.
      break;
  }
}
