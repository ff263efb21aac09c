/**
 * Whether what followed the alerts is more than what followed minutes taken at random from the same instruments: in a rising
 * market those gain too.
 *
 * A draw moves the alerts to random minutes and asks what came of that. Alerts whose trades overlap in time, of whatever
 * instrument, share their luck; they are moved together, by the same share of the minutes of each instrument, as if they were
 * one. Otherwise ten alerts of one rise would count as ten proofs.
 */
import type { OutcomeStatistics } from './outcome-statistics.ts';
import { outcomeStatistics } from './outcome-statistics.ts';
import type { PricePaths } from './price-paths.ts';
import { randomDraws } from './random-draws.ts';

export const DRAWS_MAX = 2_000;
/** With this few the smallest p-value is one in a hundred. */
const DRAWS_MIN = 99;
/** Trades of all draws together, as long as there are enough draws. */
const DRAWN_TRADES_MAX = 4_000_000;

/** A trade that followed an alert. */
export interface AlertTrade {
  /** Which of the paths. */
  readonly path: number;
  /** Where in it. */
  readonly place: number;
  /** Minute since 1970. */
  readonly minute: number;
}

export interface Comparison {
  /** Trades that followed alerts. */
  readonly trades: number;
  /** Groups of trades that overlap: so many independent cases there are at most. */
  readonly episodes: number;
  readonly alerts: OutcomeStatistics;
  /** The same for as many random minutes: the mean over the draws. */
  readonly random: OutcomeStatistics;
  readonly draws: number;
  /** Share of draws in which random minutes gained as much on average: small where chance does not explain the alerts. */
  readonly pValue: number;
}

/** undefined: there is no trade to compare. `trades` ascend by their minute. */
export function compareWithRandom(
  trades: readonly AlertTrade[],
  paths: readonly PricePaths[],
  { minutes, seed }: { minutes: number; seed: number },
): Comparison | undefined {
  if (trades.length === 0) return undefined;
  const chosen = new ChosenTrades(trades, paths);
  const alerts = chosen.statistics();
  const episodeEnds = endsOfEpisodes(trades, minutes);
  const draws = Math.max(DRAWS_MIN, Math.min(DRAWS_MAX, Math.floor(DRAWN_TRADES_MAX / trades.length)));
  const next = randomDraws(seed);
  const sums = { mean: 0, median: 0, hitRate: 0, worstDrawdown: 0 };
  let asGood = 0;
  for (let draw = 0; draw < draws; draw++) {
    chosen.move(episodeEnds, next);
    const random = chosen.statistics();
    if (random.mean >= alerts.mean) asGood++;
    sums.mean += random.mean;
    sums.median += random.median;
    sums.hitRate += random.hitRate;
    sums.worstDrawdown += random.worstDrawdown;
  }
  return {
    trades: trades.length,
    episodes: episodeEnds.length,
    alerts,
    random: {
      mean: sums.mean / draws,
      median: sums.median / draws,
      hitRate: sums.hitRate / draws,
      worstDrawdown: sums.worstDrawdown / draws,
    },
    draws,
    pValue: (1 + asGood) / (1 + draws),
  };
}

/** Where each group of trades ends whose times overlap. */
function endsOfEpisodes(trades: readonly AlertTrade[], minutes: number): readonly number[] {
  const ends: number[] = [];
  for (let index = 1; index < trades.length; index++) {
    const gap = (trades[index] as AlertTrade).minute - (trades[index - 1] as AlertTrade).minute;
    if (gap >= minutes) ends.push(index);
  }
  return [...ends, trades.length];
}

/** The trades of the alerts, and those that are looked at now. */
class ChosenTrades {
  readonly #trades: readonly AlertTrade[];
  readonly #paths: readonly PricePaths[];
  readonly #returns: Float64Array;
  readonly #drawdowns: Float64Array;

  constructor(trades: readonly AlertTrade[], paths: readonly PricePaths[]) {
    this.#trades = trades;
    this.#paths = paths;
    this.#returns = new Float64Array(trades.length);
    this.#drawdowns = new Float64Array(trades.length);
    for (const [index, { path, place }] of trades.entries()) this.#choose(index, path, place);
  }

  statistics(): OutcomeStatistics {
    return outcomeStatistics(this.#returns, this.#drawdowns);
  }

  /** Every episode goes to a random place; what passes the end goes on at the beginning. */
  move(ends: readonly number[], next: () => number): void {
    let index = 0;
    for (const end of ends) {
      const share = next();
      for (; index < end; index++) {
        const { path, place } = this.#trades[index] as AlertTrade;
        const { length } = (this.#paths[path] as PricePaths).indexes;
        this.#choose(index, path, (place + Math.floor(share * length)) % length);
      }
    }
  }

  #choose(index: number, path: number, place: number): void {
    const { returns, drawdowns } = this.#paths[path] as PricePaths;
    this.#returns[index] = returns[place] as number;
    this.#drawdowns[index] = drawdowns[place] as number;
  }
}
