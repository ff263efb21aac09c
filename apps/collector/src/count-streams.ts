/** Passes on to the metrics what streams and REST count by themselves. */
import type { ExchangeFeed } from './exchange-feed.ts';
import type { Figures } from './figures.ts';
import { countBehind } from './report.ts';

export function countStreams(feeds: readonly ExchangeFeed[], figures: Figures): () => void {
  const seen = new Map<string, number>();
  const more = (name: string, value: number): number => {
    const before = seen.get(name) ?? 0;
    seen.set(name, value);
    return Math.max(0, value - before);
  };
  const count = (): void => {
    for (const feed of feeds) {
      const { name, exchange } = feed;
      const { healthy, frames, reconnections, unserved, circuitsOpen } = feed.streamState();
      const { weightUsed, weightLimit, bannedUntil, refusals } = exchange.restState();
      figures.received(more(`${name} frames`, frames));
      figures.reconnected(more(`${name} reconnections`, reconnections));
      for (const [reason, refused] of Object.entries(refusals)) {
        figures.refusedByRest(reason, more(`${name} ${reason}`, refused));
      }
      figures.exchangeIs(name, {
        ...{ connections: healthy, weightUsed, weightLimit, bannedUntil, circuitsOpen },
        offsetMs: exchange.clock()?.offsetMs,
        missing: countBehind(feed),
        unserved: unserved.size,
      });
    }
  };
  // Exchanges outlive the app: what they counted for an earlier start is not counted again.
  for (const { name, exchange } of feeds) {
    for (const [reason, refused] of Object.entries(exchange.restState().refusals)) more(`${name} ${reason}`, refused);
  }
  return count;
}
