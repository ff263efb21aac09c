/** Live prices on which something was decided, as records of the topic `metrics.closed`. */
import { encodeEvent, type MetricsSampled } from '@screener/events';
import type { NewRecord } from '@screener/log';
import type { LiveSample } from '@screener/rules';

export function sampledEvent(sample: LiveSample, partition: number): NewRecord {
  const { instrument, openTime, at: eventTime, price, high, low, windows, step, since } = sample;
  const value = encodeEvent('MetricsSampled', {
    instrument,
    openTime,
    eventTime,
    price,
    high,
    low,
    windows,
    since,
    priceBefore: step.from ?? null,
    highest: step.high,
    lowest: step.low,
  });
  // Of the minute before: it is decided by what was in force at its end, and opens no minute by itself.
  return { topic: 'metrics.closed', partition, key: instrument, timestamp: openTime - 1, value };
}

export function sampleOfEvent(event: MetricsSampled): LiveSample {
  const { instrument, openTime, eventTime: at, price, high, low, windows, since } = event;
  const step = { from: event.priceBefore ?? undefined, to: price, high: event.highest, low: event.lowest };
  return { instrument, openTime, at, price, high, low, windows, step, since };
}
