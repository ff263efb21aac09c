/** The candles that are in a log. */
import { decodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import { type CandleDigest, Candles, type Minutes } from '../candles.ts';

const minuteMs = 60_000;

export async function loggedCandles(log: Log, minutes: Minutes): Promise<CandleDigest> {
  const candles = new Candles();
  const from = { time: minutes.from + minuteMs - 1 };
  for await (const batch of log.reader({ topic: 'klines.closed', from, until: 'end' })) {
    for (const { value } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type === 'KlineClosed') candles.add(event.instrument.split(':')[2] ?? '', event);
    }
  }
  return candles.digest(minutes);
}
