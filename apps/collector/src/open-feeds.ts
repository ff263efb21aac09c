/** The first list of instruments of every exchange: whoever answers begins, the others come when they do. */
import { ScreenerError } from '@screener/errors';
import type { Timers } from '@screener/exchanges';
import type { Logger } from '@screener/service';
import type { Collector } from './collector.ts';
import type { ExchangeFeed } from './exchange-feed.ts';
import { type InstrumentFilter, symbolsUnknown } from './instrument-filter.ts';

export interface OpenFeedsOptions {
  readonly feeds: readonly ExchangeFeed[];
  readonly collector: Collector;
  readonly filter: InstrumentFilter;
  readonly logger: Logger;
  readonly timers: Timers;
}

/** Once one exchange has answered, the others are waited for no longer than so. */
const othersMsMax = 5_000;

/** Where none of them answers, or nothing is asked for, nobody can start. */
export async function openFeeds({ feeds, collector, filter, logger, timers }: OpenFeedsOptions): Promise<void> {
  const failures: unknown[] = [];
  let cancel = (): void => {};
  let enough = (): void => {};
  const othersAreLate = new Promise<void>((resolve) => {
    enough = () => {
      cancel = timers.after(othersMsMax, resolve);
    };
  });
  let answered = 0;
  const all = feeds.map(async (feed) => {
    try {
      await collector.refreshOne(feed);
      if (++answered === 1) enough();
    } catch (cause) {
      failures.push(cause);
      const text = `${feed.name} does not answer: the others go on without it, and it is asked again in half a minute`;
      if (feeds.length > 1) logger.warn(text, { cause });
    }
  });
  await Promise.race([Promise.all(all), othersAreLate]);
  cancel();
  if (answered === 0) throw failures[0];
  const listed = feeds.flatMap(({ catalogue }) => catalogue.listed);
  const chosen = feeds.flatMap(({ catalogue }) => [...catalogue.chosen.values()]);
  // The others may list it.
  if (answered < feeds.length) return;
  for (const symbol of symbolsUnknown(listed, filter.symbols ?? [])) logger.warn(`nobody lists ${symbol}`);
  if (chosen.some(({ phase }) => phase === 'trading')) return;
  const { symbols, quotes, kinds } = filter;
  throw new ScreenerError('INSTRUMENTS_NONE', {
    exchange: feeds.map(({ name }) => name).join(', '),
    found: `${listed.length} others`,
    expected:
      symbols === undefined ? `trading ${quotes.join(' or ')} ${kinds.join(' or ')}` : symbols.slice(0, 5).join(', '),
  });
}
