/** What a calculator writes, seeded: numbers of closed minutes, corrections, prices in progress, the market, the markers. */
import { encodeEvent, type MetricsClosed } from '@screener/events';
import { type NewRecord, partitionOf } from '@screener/log';
import { type Candle, InstrumentState } from '@screener/market';
import { seededRandom } from '../seeded-random.ts';
import type { FedMinute } from './fed-minute.ts';
import { fingerprintOf } from './market-stream.ts';

const minuteMs = 60_000;
const beginMs = Date.UTC(2026, 0, 5);
const rememberedMax = 5;

export interface MetricsStreamOptions {
  readonly seed: number;
  readonly instruments: number;
  readonly partitions: number;
}

interface Instrument {
  readonly name: string;
  readonly state: InstrumentState;
  readonly candles: Candle[];
  price: number;
}

export function createMetricsStream(options: MetricsStreamOptions, numbers: Map<string, number>): () => FedMinute {
  const { seed, partitions } = options;
  const random = seededRandom(seed ^ 0x71a3);
  const instruments = Array.from({ length: options.instruments }, (_, index): Instrument => {
    return { name: `binance:usdm:C${index}USDT`, state: new InstrumentState(), candles: [], price: 100 };
  });
  let minute = 0;
  return () => {
    const openTime = beginMs + minute * minuteMs;
    const timestamp = openTime + minuteMs - 1;
    const records: NewRecord[] = [];
    const given: number[] = [];
    const live: NewRecord[] = [];
    const add = (metrics: MetricsClosed): void => {
      const { instrument: key } = metrics;
      const value = encodeEvent('MetricsClosed', metrics);
      const record = { topic: 'metrics.closed', key, value, timestamp: metrics.openTime + minuteMs - 1 };
      const fingerprint = fingerprintOf(record);
      // A second correction may leave a minute as the first one did.
      if (numbers.has(fingerprint)) return;
      given.push(numbers.size);
      numbers.set(fingerprint, numbers.size);
      records.push(record);
    };
    for (const instrument of instruments) {
      const { name, state, candles } = instrument;
      if (random() < 0.01) {
        state.addGap(openTime);
        continue;
      }
      const candle = nextCandle(instrument.price, openTime, random);
      instrument.price = candle.close;
      candles.push(candle);
      if (candles.length > rememberedMax) candles.shift();
      const result = state.add(candle);
      if (result.outcome === 'metrics') add({ ...result, instrument: name });
      if (random() < 0.01) correctOne(instrument, random, add);
      const next = nextCandle(instrument.price, openTime + minuteMs, random);
      const preview = state.preview(next);
      if (preview === undefined) continue;
      const eventTime = openTime + minuteMs + Math.floor(random() * 50_000);
      const value = encodeEvent('MetricsLive', { instrument: name, eventTime, ...preview, final: false });
      live.push({ topic: 'metrics.live', key: name, value, timestamp: eventTime });
    }
    const value = encodeEvent('MinuteClosed', { openTime, missing: [] });
    for (let partition = 0; partition < partitions; partition += 1) {
      records.push({ topic: 'metrics.closed', key: null, value, timestamp, partition });
    }
    records.push(
      marketRecord(openTime, instruments.length),
      ...live.map((record) => withPartition(record, partitions)),
    );
    minute += 1;
    return { records, numbers: given };
  };
}

const withPartition = (record: NewRecord, partitions: number): NewRecord => {
  return { ...record, partition: partitionOf(record.key, partitions) };
};

function nextCandle(open: number, openTime: number, random: () => number): Candle {
  const close = open * (1 + (random() - 0.5) / 50 + (100 - open) / 2_000);
  const [high, low] = [Math.max(open, close) * (1 + random() / 500), Math.min(open, close) * (1 - random() / 500)];
  const volume = 1_000 * random();
  return {
    ...{ openTime, open, high, low, close, volume, quoteVolume: volume * open, trades: 10 },
    ...{ takerBuyVolume: volume / 2, takerBuyQuoteVolume: (volume * open) / 2 },
  };
}

/** One of the last minutes was otherwise: all since are revised. */
function correctOne(
  { name, state, candles }: Instrument,
  random: () => number,
  add: (metrics: MetricsClosed) => void,
): void {
  const wrong = candles[Math.floor(random() * candles.length)];
  if (wrong === undefined) return;
  const close = wrong.low + (wrong.high - wrong.low) * random();
  const result = state.correct({ ...wrong, close });
  if (result.outcome !== 'corrected') return;
  for (const revised of result.revised) add({ ...revised, instrument: name, revised: true });
}

function marketRecord(openTime: number, instruments: number): NewRecord {
  const counts = { instruments, advancing_1h: 0, declining_1h: 0, advancing_1d: 0, declining_1d: 0 };
  const about = { openTime, missingPartitions: [], missing: [], btc: null, eth: null, ranks: [] };
  const value = encodeEvent('MarketClosed', { ...about, ...counts });
  return {
    topic: 'market.closed',
    key: new Date(openTime).toISOString(),
    value,
    timestamp: openTime + minuteMs - 1,
    partition: 0,
  };
}
