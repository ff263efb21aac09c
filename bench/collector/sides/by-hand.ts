/** A collector in a few lines: every final frame is appended as it comes, every candle in progress once a second. */
import { openLog } from '@screener/log';
import { Candles } from '../candles.ts';
import { type Durability, type ExchangePlace, momentKey, wallTime } from '../frame-side.ts';
import { collectorTopics } from '../our-collector.ts';
import { type BareEvent, candleOf, connectByHand } from './bare-connections.ts';
import { readAt } from './read-at.ts';
import { type Connected, serveFrameSide } from './serve-frame-side.ts';

interface Place {
  readonly exchange: ExchangePlace;
  readonly directory: string;
  readonly brokers?: readonly string[];
}

const liveEveryMs = 1_000;

serveFrameSide({
  async connect(
    { exchange, directory, brokers }: Place,
    meter,
  ): Promise<Connected & { readonly durability: Durability }> {
    const log = await openLog({ directory, ...(brokers && { brokers }) });
    if (brokers === undefined) await log.ensureTopics(collectorTopics());
    const writer = log.writer();
    const [received, durable] = [new Map<string, number>(), new Map<string, number>()];
    const candles = new Candles();
    const latest = new Map<string, BareEvent['data']['k']>();
    const record = (topic: string, key: string, timestamp: number, k: object) => {
      return { topic, key, timestamp, value: Buffer.from(JSON.stringify(k)) };
    };
    const connections = connectByHand(exchange, ({ data: { s, k } }) => {
      meter.frame(s);
      const instrument = `binance:usdm:${s}`;
      if (!k.x) {
        latest.set(instrument, k);
        return;
      }
      const moment = momentKey(instrument, k.t);
      received.set(moment, readAt());
      void writer.append([record('klines.closed', instrument, k.t + 59_999, k)]).then(() => {
        durable.set(moment, wallTime());
        candles.add(s, candleOf(k));
      });
    });
    const live = setInterval(() => {
      const records = [...latest].map(([key, k]) => record('klines.live', key, k.t, k));
      latest.clear();
      void writer.append(records);
    }, liveEveryMs);
    return {
      durability: { received, durable },
      candles: (minutes) => candles.digest(minutes),
      async close() {
        clearInterval(live);
        await connections.close();
        await writer.close();
        await log.close();
      },
    };
  },
  more: { durability: ({ durability }) => durability },
});
