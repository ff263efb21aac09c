/**
 * Candles in progress: the latest of each instrument, at most one a second, and none that closed candles have passed. One whose
 * predecessor is not closed yet waits for it, but not long: while a minute is being fetched people want to see the price. Where
 * an exchange pushes candles more slowly than prices, prices move them in between: never a volume, never a closed candle.
 */
import { encodeEvent } from '@screener/events';
import type { KlineUpdate, PriceUpdate } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import { type CandleInProgress, MINUTE_MS } from '@screener/market';
import { flatCandle } from './candle-records.ts';

const everyMs = 1_000;
/** Whoever reads both topics has room for candles that are so far ahead of the closed ones: those of rules hold 64 for 60. */
const aheadMsMax = 3 * MINUTE_MS;

interface Latest {
  candle: CandleInProgress;
  eventTime: number;
  sentAt: number;
  waiting: boolean;
  /** Since when the closed candle before it is waited for. */
  heldAt: number | undefined;
}

export class LiveCandles {
  readonly #latest = new Map<string, Latest>();
  readonly #heldMsMax: () => number;

  /** `heldMsMax`: how long one waits for the closed candle before it; asked again and again. */
  constructor(heldMsMax: () => number) {
    this.#heldMsMax = heldMsMax;
  }

  offer(instrument: string, { candle, eventTime }: Pick<KlineUpdate, 'candle' | 'eventTime'>): void {
    const known = this.#latest.get(instrument);
    if (known === undefined) {
      const fresh = { sentAt: Number.NEGATIVE_INFINITY, waiting: true, heldAt: undefined };
      this.#latest.set(instrument, { candle, eventTime, ...fresh });
      return;
    }
    // A frame that was overtaken; the exchange's clock may step back, but hardly by more than a minute.
    if (candle.openTime < known.candle.openTime) return;
    const sameMinute = candle.openTime === known.candle.openTime;
    // The price that was heard last is younger than this candle.
    const younger = sameMinute && known.eventTime > eventTime;
    known.candle = younger ? { ...candle, ...movedTo(candle, known.candle.close) } : candle;
    known.eventTime = Math.max(eventTime, sameMinute ? known.eventTime : 0);
    known.waiting = true;
  }

  price(instrument: string, { price, eventTime }: Pick<PriceUpdate, 'price' | 'eventTime'>): void {
    const known = this.#latest.get(instrument);
    if (known === undefined || eventTime <= known.eventTime || !(price > 0 && price < Infinity)) return;
    const openTime = Math.floor(eventTime / MINUTE_MS) * MINUTE_MS;
    if (openTime === known.candle.openTime) known.candle = { ...known.candle, ...movedTo(known.candle, price) };
    // The first price of a minute, until the candle of it comes: with no volume, which nobody has said yet.
    else if (openTime === known.candle.openTime + MINUTE_MS) known.candle = flatCandle(openTime, price);
    else return;
    known.eventTime = eventTime;
    known.waiting = true;
  }

  forget(instrument: string): void {
    this.#latest.delete(instrument);
  }

  /** `openTimeOf`: the minute in progress of an instrument, as far as its closed candles go. */
  due(wallTime: number, openTimeOf: (instrument: string) => number | undefined): readonly NewRecord[] {
    const records: NewRecord[] = [];
    for (const [instrument, latest] of this.#latest) {
      if (!latest.waiting || wallTime - latest.sentAt < everyMs) continue;
      const { candle, eventTime } = latest;
      const openTime = openTimeOf(instrument);
      if (openTime === undefined) continue;
      if (candle.openTime <= openTime) latest.heldAt = undefined;
      else {
        latest.heldAt ??= wallTime;
        const tooFar = candle.openTime > openTime + aheadMsMax;
        if (tooFar || wallTime - latest.heldAt < this.#heldMsMax()) continue;
      }
      latest.waiting = false;
      if (candle.openTime < openTime) continue;
      latest.sentAt = wallTime;
      const value = encodeEvent('KlineLive', { instrument, eventTime, ...candle });
      records.push({ topic: 'klines.live', key: instrument, timestamp: eventTime, value });
    }
    return records;
  }
}

const movedTo = ({ high, low }: CandleInProgress, price: number): Pick<CandleInProgress, 'close' | 'high' | 'low'> => ({
  close: price,
  high: Math.max(high, price),
  low: Math.min(low, price),
});
