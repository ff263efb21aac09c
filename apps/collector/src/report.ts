/** How the collector is, in one line and in numbers. */
import type { AppStatus } from '@screener/events';
import { primingPlan, type RestState, type StreamState } from '@screener/exchanges';
import type { IntervalName } from '@screener/market';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { Figures } from './figures.ts';
import type { Tracked } from './tracked.ts';

export interface Report {
  readonly status: AppStatus;
  readonly text: string;
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Situation {
  readonly feeds: readonly ExchangeFeed[];
  readonly figures: Figures;
  readonly partitions: number;
  /** Bars that every instrument is primed with. */
  readonly intervals: readonly IntervalName[];
  readonly now: number;
}

interface Sums {
  readonly streams: readonly StreamState[];
  readonly rest: readonly RestState[];
  readonly instruments: number;
  readonly primed: number;
  readonly barsPrimed: number;
  readonly behind: number;
  /** Instruments without a stream that are traded all the same, or may be: what nobody trades has a silent stream. */
  readonly unheard: number;
}

export function reportOf(situation: Situation): Report {
  const { figures, feeds, now, partitions } = situation;
  const sums = sumsOf(situation);
  const { instruments, primed, barsPrimed, behind, streams, rest } = sums;
  const sum = (value: (state: StreamState) => number): number => streams.reduce((total, one) => total + value(one), 0);
  const { repaired, empty, gaps, corrected, late, repeated, problems, deadLetters, deadLettersLeftOut } = figures;
  const candlesPerMinute = figures.candlesPerMinute();
  const barsWanted = instruments * situation.intervals.length;
  const numbers = {
    ...{ instruments, primed, partitions, candlesPerMinute, behind },
    primedShare: instruments === 0 ? 1 : (primed + barsPrimed) / (instruments + barsWanted),
    barsPrimed,
    lagMs: figures.lag.quantile(0.5, now) ?? 0,
    lagP99Ms: figures.lag.quantile(0.99, now) ?? 0,
    clockOffsetMs: feeds.reduce((most, { offsetMs }) => (Math.abs(offsetMs) > Math.abs(most) ? offsetMs : most), 0),
    ...{ repaired, empty, missing: gaps + behind, corrected, late, repeated, problems },
    ...{ deadLetters, deadLettersLeftOut },
    reconnections: sum(({ reconnections }) => reconnections),
    resubscriptions: sum(({ resubscriptions }) => resubscriptions),
    replacements: sum(({ replacements }) => replacements),
    circuitsOpen: sum(({ circuitsOpen }) => circuitsOpen),
    unserved: sum(({ unserved }) => unserved.size),
    weightUsed: Math.max(0, ...rest.map(({ weightUsed }) => weightUsed)),
    bannedMs: Math.max(0, ...rest.map(({ bannedUntil }) => bannedUntil - now)),
    ...errorsOf(figures),
  };
  const troubles = troublesOf(situation, sums, numbers);
  const text = [textOf(numbers, barsWanted), ...troubles].join(', ');
  return { status: troubles.length > 0 ? 'degraded' : 'running', text, numbers };
}

/** What went wrong so far, by the reasons of the metric of errors: `errorsNotJson`, `errorsRestTimeout`. */
const errorsOf = ({ errorsByReason }: Figures): Readonly<Record<string, number>> =>
  Object.fromEntries([...errorsByReason].map(([reason, count]) => [inOneWord(`errors-${reason}`), count]));

const inOneWord = (text: string): string => text.replaceAll(/-(.)/g, (_, first: string) => first.toUpperCase());

function sumsOf({ feeds, intervals }: Situation): Sums {
  let [instruments, primed, barsPrimed, behind, unheard] = [0, 0, 0, 0, 0];
  const streams = feeds.map((feed) => feed.streamState());
  for (const [index, feed] of feeds.entries()) {
    behind += countBehind(feed);
    unheard += countUnheard(feed, streams[index]);
    for (const one of feed.tracked) {
      instruments++;
      if (one.primed) primed++;
      barsPrimed += intervals.length - one.intervalsWanted.length;
    }
  }
  const rest = feeds.map(({ exchange }) => exchange.restState());
  return { streams, rest, instruments, primed, barsPrimed, behind, unheard };
}

function countUnheard({ tracked }: ExchangeFeed, stream: StreamState | undefined): number {
  if (stream === undefined || stream.unserved.size === 0) return 0;
  const { unserved, healthy, connections } = stream;
  // Where all connections are well, those that REST has not been asked about yet are most likely not traded.
  const mayBe = ({ isTraded }: Tracked): boolean => isTraded ?? healthy < connections;
  return tracked.filter((one) => unserved.has(one.symbol) && mayBe(one)).length;
}

/** How many lack a minute now. */
export const countBehind = ({ tracked, time }: ExchangeFeed): number =>
  tracked.filter((one) => isBehind(one, time?.settled ?? 0)).length;

/** It lacks a minute, and not only because nobody trades it: then REST has been asked, and has none. */
function isBehind({ primed, phase, sequence, vain, failures }: Tracked, settled: number): boolean {
  if (!primed || phase !== 'trading' || sequence.next === undefined || sequence.next > settled) return false;
  return vain === 0 || failures > 0 || sequence.oldestHeld !== undefined;
}

type Numbers = Readonly<Record<'instruments' | 'primed' | 'barsPrimed' | 'candlesPerMinute', number>>;

function textOf({ instruments, primed, barsPrimed, candlesPerMinute }: Numbers, barsWanted: number): string {
  if (primed < instruments) return `priming ${primed} of ${instruments}`;
  const text = `${instruments} instruments, ${candlesPerMinute} candles in the last minute`;
  return barsPrimed < barsWanted ? `${text}, ${barsPrimed} of ${barsWanted} series of bars primed` : text;
}

function troublesOf(
  { feeds, figures }: Situation,
  { behind, unheard }: Sums,
  { bannedMs, problems }: Readonly<Record<'bannedMs' | 'problems', number>>,
): readonly string[] {
  const reasons = [...figures.problemsByReason].map(([reason, count]) => `${count} ${reason}`).join(' and ');
  const refused = figures.logRefuses();
  const troubles = [
    refused !== undefined && `the log takes nothing: ${refused}`,
    bannedMs > 0 && `no request for ${Math.ceil(bannedMs / 1_000)} s as the exchange asks`,
    unheard > 0 && `${unheard} without a stream, fetched instead`,
    ...feeds.filter(({ isOpen }) => !isOpen).map(({ name }) => `${name} does not answer`),
    behind > 0 && `${behind} behind${problems > 0 ? ` (so far refused: ${reasons})` : ''}`,
  ];
  return troubles.filter((trouble): trouble is string => typeof trouble === 'string' && trouble !== '');
}

export interface Priming {
  readonly primeMinutes: number;
  readonly primeBars: number;
  readonly intervals: readonly IntervalName[];
}

/** What it will take to prime so many instruments of an exchange. */
export function primingText(feed: ExchangeFeed, instruments: number, priming: Priming): string {
  const { primeMinutes, primeBars, intervals } = priming;
  const { capabilities } = feed.exchange;
  const series = [
    { interval: '1m' as const, bars: primeMinutes },
    ...intervals.map((interval) => ({ interval, bars: primeBars })),
  ];
  const { weight, requests, minutes } = primingPlan(capabilities, instruments, series);
  const wait = minutes <= 1 ? 'less than a minute of the limit' : `the limit makes it take ${minutes.toFixed(1)} min`;
  const bars = intervals.length === 0 ? '' : ` and ${primeBars} bars each of ${intervals.join(' ')}`;
  return `${feed.name}: priming ${instruments} instruments with ${primeMinutes} candles${bars}: ${requests} requests, weight ${weight}, ${wait}`;
}
