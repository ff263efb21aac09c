/** Decides for each instrument of an exchange what is to be fetched next, and how many are fetched at a time. */
import type { Exchange, ExchangeProblem } from '@screener/exchanges';
import { MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import { type CatchUpOptions, catchUp } from './catch-up.ts';
import { Complaints } from './complaints.ts';
import type { ExchangeTime } from './exchange-time.ts';
import type { Figures } from './figures.ts';
import type { Pace } from './pace.ts';
import { primeBars } from './prime-bars.ts';
import type { RecentCandles } from './recent-candles.ts';
import { RestOutage } from './rest-outage.ts';
import { retryMs } from './retry.ts';
import type { Tracked } from './tracked.ts';
import { olderEveryMs, verifyCandles, verifyEveryMs } from './verify-candles.ts';

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
/** Known ones that fetch what passed before this process began: enough to keep REST busy, each asked for as late as can be. */
const resumingMax = 24;
const verifyingMax = 4;
/** What is not traded any more is compared once more; so often that is tried. */
const lastComparisonsMax = 5;

export class FeedJobs {
  readonly #options: FeedJobsOptions;
  readonly #catchUp: CatchUpOptions;
  readonly #complaints: Complaints;
  readonly #underWay = new Set<Promise<void>>();
  readonly #outage = new RestOutage();
  #tracked: readonly Tracked[] = [];
  #priming = 0;
  #resuming = 0;
  #verifying = 0;
  #olderAt = Number.NEGATIVE_INFINITY;

  constructor(options: FeedJobsOptions) {
    const { figures, exchange, logger, now } = options;
    this.#options = options;
    this.#complaints = new Complaints(logger, now, `${exchange.exchange}:${exchange.market}`);
    this.#catchUp = {
      ...options,
      complain: this.#complain,
      told: (_, what, count) => figures.told(what, count),
    };
  }

  readonly #complain: CatchUpOptions['complain'] = (what, symbol, cause) => this.#complaints.add(what, symbol, cause);

  /** `tracked`: the most traded first. */
  tick(tracked: readonly Tracked[], wallTime: number): void {
    const { time } = this.#options;
    const { settled } = time;
    let unprimed = false;
    this.#tracked = tracked;
    this.#complaints.look();
    if (this.#outage.isToProbe(wallTime)) this.#probe(settled, wallTime);
    for (const one of tracked) {
      if (!this.#outage.isOn && wallTime >= one.retryAt && this.#isDue(one, settled, wallTime))
        this.#fetch(one, settled);
      // One that cannot be fetched for the moment must not keep the others from their bars.
      unprimed ||= !one.primed && one.failures === 0;
    }
    for (const one of tracked) {
      if (!one.primed || one.phase === 'over') continue;
      const written = this.#toCompare(one, wallTime);
      if (written !== undefined) this.#verify(one, written, tracked.length);
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
    if (tracked.fetching || tracked.phase === 'over') return false;
    if (!tracked.primed) return tracked.fresh ? this.#priming < primingMax : this.#resuming < resumingMax;
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

  /** Who has waited longest asks for all. */
  #probe(settled: number, wallTime: number): void {
    const due = this.#tracked.filter((one) => this.#isDue(one, settled, wallTime));
    const [first] = due.sort((left, right) => left.retryAt - right.retryAt);
    if (first === undefined) return;
    this.#outage.probed();
    this.#fetch(first, settled);
  }

  #fetch(tracked: Tracked, to: number): void {
    const { time, random, exchange, now } = this.#options;
    const wasPrimed = tracked.primed;
    const count = (by: number): void => {
      if (wasPrimed) return;
      if (tracked.fresh) this.#priming += by;
      else this.#resuming += by;
    };
    count(1);
    this.#run(
      catchUp(tracked, to, this.#catchUp).then((outcome) => {
        count(-1);
        tracked.lackingSince = undefined;
        // Spread, so that comparisons never come all at once.
        if (!wasPrimed && tracked.primed) tracked.verifyAt = time.now + random() * verifyEveryMs(exchange, 1);
        if (outcome === 'failed') this.#outage.failed(now());
        else if (outcome === 'answered') this.#answered();
      }),
    );
  }

  /** After an outage nobody waits any longer for what failed because of it. */
  #answered(): void {
    if (!this.#outage.answered()) return;
    for (const one of this.#tracked) if (one.failures > 0 && one.refusals === 0) one.retryAt = 0;
  }

  /** What was written before this process came goes first, what is older last, and never much of that at a time. */
  #toCompare(tracked: Tracked, wallTime: number): RecentCandles | undefined {
    const { verifying, takenOver, recent, older, verifyAt, verifyRetryAt } = tracked;
    if (verifying || wallTime < verifyRetryAt || this.#verifying >= verifyingMax) return undefined;
    if (takenOver !== undefined) return takenOver;
    if (verifyAt <= this.#options.time.now) return recent;
    return wallTime >= this.#olderAt ? older : undefined;
  }

  #verify(tracked: Tracked, written: RecentCandles, instruments: number): void {
    const { time, exchange, figures, now } = this.#options;
    this.#verifying++;
    if (written === tracked.older) this.#olderAt = now() + olderEveryMs(exchange);
    // Those of what was there before stand for themselves.
    const isOwn = written === tracked.recent;
    if (isOwn) {
      tracked.verifiedAt = time.now;
      tracked.verifyAt = time.now + verifyEveryMs(exchange, instruments);
    }
    const options = { ...this.#options, corrected: () => figures.wasCorrected() };
    this.#run(
      verifyCandles(tracked, written, time.settled, options)
        .then((answered) => this.#compared(tracked, answered, isOwn))
        .finally(() => {
          this.#verifying--;
        }),
    );
  }

  #compared(tracked: Tracked, answered: boolean, isOwn: boolean): void {
    const { now, random, time } = this.#options;
    tracked.verifyFailures = answered ? 0 : tracked.verifyFailures + 1;
    if (!answered) {
      tracked.verifyRetryAt = now() + retryMs(tracked.verifyFailures, random);
      // Not only when its turn comes again.
      if (isOwn) tracked.verifyAt = Math.min(tracked.verifyAt, time.now);
    }
    if (tracked.phase !== 'ending' || !tracked.complete || !isOwn) return;
    if (answered || tracked.verifyFailures >= lastComparisonsMax) tracked.phase = 'over';
  }

  #primeBars(tracked: Tracked, settled: number): void {
    this.#priming++;
    this.#run(
      primeBars(tracked, settled, {
        ...this.#options,
        complain: this.#complain,
        bars: this.#options.primeBars,
      }).finally(() => {
        this.#priming--;
      }),
    );
  }

  #run(job: Promise<void>): void {
    this.#underWay.add(job);
    job.finally(() => this.#underWay.delete(job));
  }
}
