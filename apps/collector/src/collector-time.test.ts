import { createLogger, createMetrics } from '@screener/service';
import { describe, expect, it } from 'vitest';
import { Collector } from './collector.ts';
import type { ExchangeFeed } from './exchange-feed.ts';
import { ExchangeTime } from './exchange-time.ts';
import { Figures } from './figures.ts';

const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => {}, now: () => 0 });
const log = { reader: () => expect.fail('nothing is read here') };
const minute = (number: number): number => number * 60_000;

interface Fed {
  readonly name: string;
  readonly time?: ExchangeTime;
  readonly refresh?: () => Promise<void>;
}

/** Of a feed, what a collector asks of it between two frames. */
function collectorOf(feds: readonly Fed[], now: () => number): Collector {
  const feeds = feds.map(
    (fed) => ({ isBanned: () => false, refresh: async () => {}, ...fed }) as unknown as ExchangeFeed,
  );
  return new Collector({ feeds, figures: new Figures(now, createMetrics()), logger, log, now, partitions: 12 });
}

const heard = (time: number, at: number): ExchangeTime => {
  const made = new ExchangeTime(time, at);
  made.heard(Math.floor(time / 60_000) * 60_000, false, time, at);
  return made;
};

describe('several exchanges of one collector', () => {
  it('have their minutes ended by the slowest that is heard, and wait for one that is not only for a while', () => {
    const wallTime = 100_000;
    const timeOf = (...times: readonly ExchangeTime[]): number =>
      collectorOf(
        times.map((time, index) => ({ name: `${index}`, time })),
        () => wallTime,
      ).time();
    const fast = heard(minute(20), wallTime);
    expect(timeOf(fast, heard(minute(17), wallTime))).toBe(minute(17));
    expect(timeOf(fast, heard(minute(17), wallTime - 10_000))).toBe(minute(20) - 10_000);
    expect(timeOf(heard(minute(17), wallTime - 60_000))).toBe(minute(17));
  });

  it('are asked for their instruments each by itself: one that does not answer holds up no other', async () => {
    const asked = { quick: 0, stuck: 0 };
    let answer = (): void => {};
    const collector = collectorOf(
      [
        {
          name: 'quick',
          async refresh() {
            asked.quick++;
          },
        },
        {
          name: 'stuck',
          refresh() {
            asked.stuck++;
            return new Promise((resolve) => {
              answer = resolve;
            });
          },
        },
      ],
      () => 0,
    );
    const first = collector.refresh();
    await collector.refresh();
    await collector.refresh();
    expect(asked).toEqual({ quick: 2, stuck: 1 });
    answer();
    await first;
    void collector.refresh();
    expect(asked.stuck).toBe(2);
    answer();
  });
});
