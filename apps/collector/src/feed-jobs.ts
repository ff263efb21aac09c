/** Decides for each instrument of an exchange what is to be fetched next, and how many are fetched at a time. */
import type { Exchange, ExchangeProblem } from '@screener/exchanges';
import { MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import { type CatchUpOptions, catchUp } from './catch-up.ts';
import type { ExchangeTime } from './exchange-time.ts';
import type { Figures } from './figures.ts';
import type { Pace } from './pace.ts';
import { primeBars } from './prime-bars.ts';
import type { Tracked } from './tracked.ts';
import { verifyCandles, verifyEveryMs } from './verify-candles.ts';

export interface FeedJobsOptions {
  readonly exchange: Exchange;
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly pace: Pace;
  readonly time: ExchangeTime;
  readonly primeMinutes: number;
  readonly primeBars: number;
  readonly figures: Figures;
  readonly problem: (problem: ExchangeProblem) => void;
  readonly listedAt: () => number;
}

/** Instruments that fetch their history at the same time; holes do not wait for it. */
const primingMax = 16;
const verifyingMax = 4;

export class FeedJobs {
  readonly #options: FeedJobsOptions;
  readonly #catchUp: CatchUpOptions;
  readonly #underWay = new Set<Promise<void>>();
  #priming = 0;
  #verifying = 0;

  constructor(options: FeedJobsOptions) {
    const { figures } = options;
    this.#options = options;
    this.#catchUp = {
      ...options,
      told: (_, what, count) => figures.told(what, count),
    };
  }

  /** `tracked`: the most traded first. */
  tick(tracked: readonly Tracked[], wallTime: number): void {
    const { time } = this.#options;
    const { settled } = time;
    let unprimed = false;
    for (const one of tracked) {
      if (!one.fetching && wallTime >= one.retryAt && this.#isDue(one, settled, wallTime)) this.#fetch(one, settled);
      // One that cannot be fetched for the moment must not keep the others from their bars.
      unprimed ||= !one.primed && one.failures === 0;
    }
    for (const one of tracked) {
      if (!one.primed || one.phase === 'over') continue;
      if (one.verifyAt <= time.now && !one.verifying && this.#verifying < verifyingMax)
        this.#verify(one, tracked.length);
      if (unprimed || one.intervalsWanted.length === 0 || one.fetchingBars || one.barsRetryAt > wallTime) continue;
      if (this.#priming < primingMax) this.#primeBars(one, settled);
    }
  }

  /** Resolves when nothing is being fetched any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #isDue(tracked: Tracked, settled: number, wallTime: number): boolean {
    const { next, oldestHeld } = tracked.sequence;
    if (tracked.phase === 'over') return false;
    if (!tracked.primed) return this.#priming < primingMax;
    const stopped = !tracked.complete && settled + MINUTE_MS > tracked.stoppedAt;
    if (tracked.phase === 'ending') return stopped;
    if (next === undefined) return oldestHeld === undefined || oldestHeld <= settled;
    if (next > settled) {
      tracked.lackingSince = undefined;
      return false;
    }
    if (tracked.phase === 'halted' && oldestHeld === undefined && !stopped) return false;
    tracked.lackingSince ??= wallTime;
    return wallTime - tracked.lackingSince >= this.#options.pace.handledMs;
  }

  #fetch(tracked: Tracked, to: number): void {
    const { time, random, exchange } = this.#options;
    const priming = !tracked.primed;
    if (priming) this.#priming++;
    this.#run(
      catchUp(tracked, to, this.#catchUp).finally(() => {
        tracked.lackingSince = undefined;
        if (!priming) return;
        this.#priming--;
        // Spread, so that comparisons never come all at once.
        if (tracked.primed) tracked.verifyAt = time.now + random() * verifyEveryMs(exchange, 1);
      }),
    );
  }

  #verify(tracked: Tracked, instruments: number): void {
    const { time, exchange, figures } = this.#options;
    this.#verifying++;
    tracked.verifyAt = time.now + verifyEveryMs(exchange, instruments);
    const options = { ...this.#options, corrected: () => figures.wasCorrected() };
    this.#run(
      verifyCandles(tracked, time.settled, options).finally(() => {
        this.#verifying--;
        if (tracked.phase === 'ending' && tracked.complete) tracked.phase = 'over';
      }),
    );
  }

  #primeBars(tracked: Tracked, settled: number): void {
    this.#priming++;
    this.#run(
      primeBars(tracked, settled, { ...this.#options, bars: this.#options.primeBars }).finally(() => {
        this.#priming--;
      }),
    );
  }

  #run(job: Promise<void>): void {
    this.#underWay.add(job);
    job.finally(() => this.#underWay.delete(job));
  }
}
