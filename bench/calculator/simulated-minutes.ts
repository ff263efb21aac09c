/** A market minute by minute, as the collector writes it: candles of all instruments and a marker in every partition. */
import { encodeEvent } from '@screener/events';
import type { Log, NewRecord } from '@screener/log';
import { type Candle, type IntervalName, indicatorTable, intervalMinutes, MINUTE_MS } from '@screener/market';
import { instrumentOf } from '../log/records.ts';
import { barsBefore, CandleSeries } from './bars.ts';

export const partitions = 12;

/** Bars of shorter intervals are warm by the candles alone. */
const primedIntervals = [...new Set(indicatorTable.flatMap(({ intervals }) => intervals))].filter(
  (interval) => intervalMinutes[interval] >= intervalMinutes['15m'],
);

export interface MarketSize {
  readonly instruments: number;
  /** Some instruments alone, and no markers; default: all. */
  readonly only?: readonly number[];
}

/** The same records for the same size, in every run. */
export class SimulatedMinutes {
  readonly #series: readonly { readonly instrument: string; readonly candles: CandleSeries }[];
  readonly #marked: boolean;
  #begun = false;

  constructor({ instruments, only }: MarketSize) {
    const indexes = only ?? Array.from({ length: instruments }, (_, index) => index);
    this.#marked = only === undefined;
    this.#series = indexes.map((index) => ({
      instrument: instrumentOf(index),
      candles: new CandleSeries(index + 1),
    }));
  }

  /** The first minute comes after the bars that warm indicators up. */
  next(topic: string): NewRecord[] {
    const records: NewRecord[] = [];
    let openTime = 0;
    for (const { instrument, candles } of this.#series) {
      const candle = candles.next();
      openTime = candle.openTime;
      const timestamp = openTime + MINUTE_MS - 1;
      const at = { topic, key: instrument, timestamp };
      if (!this.#begun) for (const value of primingOf(instrument, candle)) records.push({ ...at, value });
      records.push({ ...at, value: encodeEvent('KlineClosed', { instrument, ...candle, source: 'stream' }) });
    }
    this.#begun = true;
    if (!this.#marked) return records;
    const value = encodeEvent('MinuteClosed', { openTime, missing: [] });
    for (let partition = 0; partition < partitions; partition += 1) {
      records.push({ topic, partition, key: null, timestamp: openTime + MINUTE_MS - 1, value });
    }
    return records;
  }
}

/** Candles of one instrument from the first minute on. */
export function candlesOf(index: number, minutes: number): readonly Candle[] {
  const series = new CandleSeries(index + 1);
  return Array.from({ length: minutes }, () => series.next());
}

/** As it stands in the events of our log. */
export const klineSchema = (): number => {
  const [candle] = candlesOf(0, 1);
  if (candle === undefined) throw new RangeError('no candle');
  return encodeEvent('KlineClosed', { instrument: instrumentOf(0), ...candle, source: 'stream' }).readInt32BE(1);
};

function primingOf(instrument: string, first: Candle): Buffer[] {
  return primedIntervals.map((interval) => primedEvent(instrument, interval, first));
}

function primedEvent(instrument: string, interval: IntervalName, first: Candle): Buffer {
  const bars = barsBefore(first, interval);
  const column = (name: keyof (typeof bars)[number]): number[] => bars.map((bar) => bar[name]);
  const nothing = bars.map(() => 0);
  return encodeEvent('BarsPrimed', {
    ...{ instrument, interval, openTime: column('openTime') },
    ...{ open: column('open'), high: column('high'), low: column('low'), close: column('close') },
    ...{ volume: column('volume'), quoteVolume: column('quoteVolume'), trades: nothing },
    ...{ takerBuyVolume: nothing, takerBuyQuoteVolume: nothing },
  });
}

/** Appends minutes one after the other; returns how many records they were. */
export async function fillMinutes(
  log: Log,
  { topic, market, minutes }: { topic: string; market: SimulatedMinutes; minutes: number },
): Promise<number> {
  const writer = log.writer();
  let records = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const batch = market.next(topic);
    await writer.append(batch);
    records += batch.length;
  }
  await writer.close();
  return records;
}
