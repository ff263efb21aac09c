/** What a backfill will fetch: which instruments, from when, and what the exchange's limits make of it. */
import { ScreenerError } from '@screener/errors';
import { type Exchange, type ListedInstrument, primingPlan } from '@screener/exchanges';
import { partitionOf } from '@screener/log';
import { formatInstrument, MINUTE_MS, parseInstrument } from '@screener/market';
import { isOfSymbol, refuseUnknown } from '../instrument-filter.ts';
import { inParallel } from '../work-pool.ts';
import type { HistoryJob } from './fetch-history.ts';
import type { Progress } from './progress-records.ts';
import { missingPieces, type TimeRange } from './stretches.ts';

export interface Wish extends TimeRange {
  /** undefined: all that are traded. */
  readonly symbols: readonly string[] | undefined;
  /** Only those priced in it. */
  readonly quote: string | undefined;
}

export interface PlanOptions {
  readonly exchange: Exchange;
  readonly wish: Wish;
  readonly partitions: number;
  readonly signal: AbortSignal;
  readonly notify: (text: string) => void;
}

/** The newest candles may not have come to the end of the exchange's own pipeline. */
const settleMs = 2 * MINUTE_MS;
const requestsAtOnceMax = 4;

export async function planJobs(options: PlanOptions): Promise<readonly HistoryJob[]> {
  const { exchange, wish, partitions, notify } = options;
  const [serverTime, listed] = await Promise.all([
    exchange.serverTime(),
    exchange.instruments(({ text }) => notify(text)),
  ]);
  const chosen = chooseInstruments(listed, wish, `${exchange.exchange}:${exchange.market}`);
  const asked = askedRange(wish, serverTime, options);
  const listedSince = new Map(chosen.map(({ symbol, listedAt }) => [symbol, listedAt]));
  const undated = chosen.filter(({ listedAt }) => listedAt === null);
  await inParallel(undated, requestsAtOnceMax, async ({ symbol }) => {
    listedSince.set(symbol, await firstWeek(symbol, asked, options));
  });
  return chosen.flatMap((one): HistoryJob[] => {
    const { symbol, status } = one;
    const instrument = formatInstrument(one);
    const from = Math.max(asked.from, Math.ceil((listedSince.get(symbol) ?? 0) / MINUTE_MS) * MINUTE_MS);
    if (from >= asked.to) return [];
    const partition = partitionOf(instrument, partitions);
    return [{ instrument, symbol, status, partition, asked: { from, to: asked.to } }];
  });
}

function chooseInstruments(
  listed: readonly ListedInstrument[],
  { symbols, quote }: Wish,
  where: string,
): readonly ListedInstrument[] {
  for (const symbol of symbols ?? []) refuseOtherExchange(symbol, where);
  const named = listed.map((one) => ({ one, instrument: formatInstrument(one) }));
  refuseUnknown(
    symbols,
    named.map(({ instrument }) => instrument),
    where,
  );
  const chosen =
    symbols === undefined
      ? listed.filter(({ kind, status }) => kind !== 'other' && (status === 'trading' || status === 'halted'))
      : named
          .filter(({ instrument }) => symbols.some((symbol) => isOfSymbol(instrument, symbol)))
          .map(({ one }) => one);
  const suitable = chosen.filter((one) => quote === undefined || one.quote === quote);
  if (suitable.length > 0) return suitable;
  const expected = quote === undefined ? 'instruments that are traded' : `instruments priced in ${quote}`;
  throw new ScreenerError('OPTION_INVALID', {
    option: '--quote',
    found: quote ?? '',
    expected,
    example: '--quote USDT',
  });
}

function refuseOtherExchange(symbol: string, where: string): void {
  const asked = parseInstrument(symbol);
  if (asked === undefined || `${asked.exchange}:${asked.market}` === where) return;
  const expected = `symbols of ${where}, or another --exchange`;
  const example = `--exchange ${asked.exchange}:${asked.market} --symbol ${asked.symbol}`;
  throw new ScreenerError('OPTION_INVALID', { option: '--symbol', found: symbol, expected, example });
}

function askedRange({ from, to }: Wish, serverTime: number, { exchange, notify }: PlanOptions): TimeRange {
  const newest = Math.floor((serverTime - settleMs) / MINUTE_MS) * MINUTE_MS;
  const { klineReach } = exchange.capabilities;
  const reach = klineReach === null ? 0 : newest - (klineReach - 1) * MINUTE_MS;
  if (from < reach) {
    notify(`${exchange.exchange}:${exchange.market} keeps ${klineReach} candles: nothing before them can be fetched`);
  }
  return { from: Math.max(from, reach), to: Math.min(to, newest) };
}

/** Where the exchange does not say since when it lists something, its weekly bars do, with a request instead of thousands. */
async function firstWeek(symbol: string, { from, to }: TimeRange, { exchange, signal }: PlanOptions): Promise<number> {
  const range = { symbol, from, to, interval: '1w', priority: 'history', signal } as const;
  if (to - from < weekMs) return from;
  for await (const [first] of exchange.klines(range)) if (first !== undefined) return first.openTime - weekMs;
  // Younger than its first whole week.
  return to - 2 * weekMs;
}

const weekMs = 7 * 24 * 60 * MINUTE_MS;

export interface BackfillCost {
  readonly instruments: number;
  /** Minutes to fetch. */
  readonly minutes: number;
  /** Minutes that are there already. */
  readonly present: number;
  readonly requests: number;
  readonly weight: number;
  /** How long the exchange's limits make it take. */
  readonly takesMs: number;
}

export function costOf(
  jobs: readonly HistoryJob[],
  progress: Progress,
  exchange: Exchange,
  share: number,
): BackfillCost {
  const sum = { minutes: 0, present: 0, requests: 0, weight: 0, takesMs: 0 };
  for (const { instrument, asked } of jobs) {
    const lengths = missingPieces(asked, progress.get(instrument) ?? []).map(({ from, to }) => (to - from) / MINUTE_MS);
    const missing = lengths.reduce((total, length) => total + length, 0);
    sum.minutes += missing;
    sum.present += (asked.to - asked.from) / MINUTE_MS - missing;
    for (const bars of lengths) {
      const { requests, weight, minutes } = primingPlan(exchange.capabilities, 1, [{ interval: '1m', bars }]);
      sum.requests += requests;
      sum.weight += weight;
      sum.takesMs += (minutes * MINUTE_MS * 100) / share;
    }
  }
  return { instruments: jobs.length, ...sum };
}
