/** The whole collector: frames in, events in the log. */
import { type Durability, momentKey, wallTime } from '../frame-side.ts';
import { type CollectorPlace, type OurCollector, startOurCollector } from '../our-collector.ts';
import type { Memory } from '../rss-day.ts';
import { loggedCandles } from './logged-candles.ts';
import { readAt } from './read-at.ts';
import { type Connected, serveFrameSide } from './serve-frame-side.ts';

/** Final frames whose moments are kept: minutes of all instruments. */
const momentsMax = 50_000;

interface Collecting extends Connected {
  readonly durability: Durability;
  readonly numbers: () => Readonly<Record<string, number>>;
}

/** Fetched at first sight: the least, where priming is not what is measured. */
const little = { primeMinutes: 3, primeBars: 0, intervals: [] } as const;

serveFrameSide({
  async connect(place: CollectorPlace, meter): Promise<Collecting> {
    const [received, durable] = [new Map<string, number>(), new Map<string, number>()];
    let numbers: Readonly<Record<string, number>> = {};
    const collector: OurCollector = await startOurCollector(
      { priming: little, ...place },
      {
        kline({ symbol, candle, closed }) {
          meter.frame(symbol);
          if (!closed || received.size >= momentsMax) return;
          received.set(momentKey(`binance:usdm:${symbol}`, candle.openTime), readAt());
        },
        durable(records) {
          const at = wallTime();
          for (const { topic, key, timestamp } of records) {
            if (topic !== 'klines.closed' || key === null || durable.size >= momentsMax) continue;
            durable.set(momentKey(key, timestamp - 59_999), at);
          }
        },
        report(found) {
          numbers = found;
        },
      },
    );
    return {
      candles: (minutes) => loggedCandles(collector.log, minutes),
      close: () => collector.close(),
      durability: { received, durable },
      numbers: () => numbers,
    };
  },
  more: {
    durability: ({ durability }) => durability,
    numbers: ({ numbers }) => numbers(),
    memory() {
      globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      return { rssMB: rss / 1e6, heapMB: heapUsed / 1e6 } satisfies Memory;
    },
  },
});
