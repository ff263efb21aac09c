/** A stretch of simulated market as records of klines.closed, the same on every engine. */
import { encodeEvent } from '@screener/events';
import { type NewRecord, partitionOf } from '@screener/log';
import { formatInstrument, MINUTE_MS } from '@screener/market';
import { startSimulator } from '@screener/simulator';

export interface RecordedMarket {
  /** One batch per minute: its candles, then its marker in every partition. */
  readonly minutes: readonly (readonly NewRecord[])[];
  readonly candles: number;
}

export interface RecordMarket {
  readonly seed: number;
  readonly instruments: number;
  readonly minutes: number;
  readonly partitions: number;
  /** Where it ends, ms. Recent enough for the topics' retention, which goes by event time. */
  readonly end: number;
}

export async function recordMarket({
  seed,
  instruments,
  minutes,
  partitions,
  end: endMs,
}: RecordMarket): Promise<RecordedMarket> {
  const end = endMs - (endMs % MINUTE_MS);
  const begin = end - minutes * MINUTE_MS;
  const simulator = await startSimulator({
    host: '127.0.0.1',
    port: 0,
    seed,
    instruments,
    speed: 1,
    now: () => end,
    notify: () => undefined,
  });
  try {
    const byMinute = Array.from({ length: minutes }, (): NewRecord[] => []);
    for (const symbol of simulator.symbols) {
      const instrument = formatInstrument({ exchange: 'binance', market: 'usdm', symbol });
      for (const candle of simulator.ledger.candles(symbol, begin, end - MINUTE_MS)) {
        const value = encodeEvent('KlineClosed', { ...candle, instrument, source: 'stream' });
        const timestamp = candle.openTime + MINUTE_MS - 1;
        byMinute[(candle.openTime - begin) / MINUTE_MS]?.push({
          topic: 'klines.closed',
          key: instrument,
          partition: partitionOf(instrument, partitions),
          timestamp,
          value,
        });
      }
    }
    const candles = byMinute.reduce((sum, records) => sum + records.length, 0);
    for (const [minute, records] of byMinute.entries()) {
      const openTime = begin + minute * MINUTE_MS;
      const value = encodeEvent('MinuteClosed', { openTime, missing: [] });
      for (let partition = 0; partition < partitions; partition++)
        records.push({ topic: 'klines.closed', key: null, partition, timestamp: openTime + MINUTE_MS - 1, value });
    }
    return { minutes: byMinute, candles };
  } finally {
    await simulator.stop();
  }
}
