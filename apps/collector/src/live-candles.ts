/** Candles in progress: the latest of each instrument, at most one a second, and none that closed candles have passed. */
import { encodeEvent } from '@screener/events';
import type { KlineUpdate } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';

const everyMs = 1_000;

interface Latest {
  update: KlineUpdate;
  sentAt: number;
  waiting: boolean;
}

export class LiveCandles {
  readonly #latest = new Map<string, Latest>();

  offer(instrument: string, update: KlineUpdate): void {
    const known = this.#latest.get(instrument);
    if (known === undefined) this.#latest.set(instrument, { update, sentAt: Number.NEGATIVE_INFINITY, waiting: true });
    else {
      known.update = update;
      known.waiting = true;
    }
  }

  /** `openTimeOf`: the minute in progress of an instrument, as far as its closed candles go. */
  due(wallTime: number, openTimeOf: (instrument: string) => number | undefined): readonly NewRecord[] {
    const records: NewRecord[] = [];
    for (const [instrument, latest] of this.#latest) {
      if (!latest.waiting || wallTime - latest.sentAt < everyMs) continue;
      const { candle, eventTime } = latest.update;
      const openTime = openTimeOf(instrument);
      if (openTime === undefined || candle.openTime > openTime) continue;
      latest.waiting = false;
      if (candle.openTime < openTime) continue;
      latest.sentAt = wallTime;
      const { takerBuyVolume: _, ...inProgress } = candle;
      const value = encodeEvent('KlineLive', { instrument, eventTime, ...inProgress });
      records.push({ topic: 'klines.live', key: instrument, timestamp: eventTime, value });
    }
    return records;
  }
}
