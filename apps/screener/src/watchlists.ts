/** Lists of symbols, as the topic `watchlists` keeps them. */
import { ScreenerError } from '@screener/errors';
import { decodeAs, type RuleSaved, type WatchlistSaved } from '@screener/events';
import type { Log, LogRecord } from '@screener/log';
import { watchlistKey } from '@screener/rules';
import { isOfSymbol, refuseUnknown } from './instrument-filter.ts';
import { nearestNames } from './nearest-names.ts';

export const watchlistsTopic = 'watchlists';

/** Whose lists the command line means where nobody is named. */
export const COMMAND_LINE_OWNER = 'command-line';

export const ownerOption = {
  kind: 'text',
  value: 'OWNER',
  about: `the user whose list it is (default ${COMMAND_LINE_OWNER})`,
  example: '--owner somebody',
} as const;

export interface KeptWatchlist {
  readonly list: WatchlistSaved;
  readonly savedAt: number;
}

/** By owner and name. */
export async function readWatchlists(log: Log): Promise<readonly KeptWatchlist[]> {
  const newest = await newestByKey(log, watchlistsTopic);
  const kept = [...newest.values()].flatMap(({ value, timestamp }) =>
    value === null ? [] : [{ list: decodeAs('WatchlistSaved', value), savedAt: timestamp }],
  );
  return kept.sort((one, other) => (watchlistKey(one.list) < watchlistKey(other.list) ? -1 : 1));
}

export async function findWatchlist(log: Log, owner: string, name: string): Promise<KeptWatchlist> {
  const ofOwner = (await readWatchlists(log)).filter(({ list }) => list.owner === owner);
  const found = ofOwner.find(({ list }) => list.name === name);
  if (found !== undefined) return found;
  const names = ofOwner.map(({ list }) => list.name);
  const near = nearestNames(name, names);
  const listed = (near.length > 0 ? near : names).slice(0, 20).join(', ');
  const expected = listed === '' ? 'one that was saved' : `one of ${listed}`;
  throw new ScreenerError('WATCHLIST_UNKNOWN', { owner, watchlist: name, expected });
}

/** Ids of the rules whose newest version reads the list. */
export async function rulesOfWatchlist(log: Log, { owner, name }: WatchlistSaved): Promise<readonly string[]> {
  const newest = new Map<string, RuleSaved>();
  for await (const batch of log.reader({ topic: 'rules', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      if (value === null) continue;
      const rule = decodeAs('RuleSaved', value);
      if (rule.version > (newest.get(rule.rule)?.version ?? 0)) newest.set(rule.rule, rule);
    }
  }
  const reading = [...newest.values()].filter(
    (rule) => rule.enabled !== false && rule.owner === owner && rule.universe?.watchlist === name,
  );
  return reading.map(({ rule }) => rule).sort();
}

/** Symbols in the spelling of the exchange. What is not listed is a mistake, as far as any instruments are known. */
export async function listedSpelling(log: Log, symbols: readonly string[], where: string): Promise<readonly string[]> {
  const instruments = await instrumentNames(log);
  if (instruments.length > 0) refuseUnknown(symbols, instruments, where, '--symbols');
  const spelled = symbols.map((symbol) => {
    const found = instruments.find((instrument) => isOfSymbol(instrument, symbol)) ?? symbol;
    return symbol.includes(':') ? found : found.slice(found.lastIndexOf(':') + 1);
  });
  return [...new Set(spelled)];
}

async function instrumentNames(log: Log): Promise<readonly string[]> {
  const newest = await newestByKey(log, 'instruments');
  return [...newest].filter(([, { value }]) => value !== null).map(([key]) => key);
}

/** What a compacted topic is about: a key's newest record, a tombstone too. */
async function newestByKey(log: Log, topic: string): Promise<ReadonlyMap<string, LogRecord>> {
  const newest = new Map<string, LogRecord>();
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) {
    for (const record of batch) if (record.key !== null) newest.set(record.key, record);
  }
  return newest;
}
