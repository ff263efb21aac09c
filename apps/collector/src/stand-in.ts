/**
 * REST in the place of a stream that serves nobody: closed candles and the one in progress, as often as a share of the limit
 * allows. What waits longest comes first.
 */
import { reasonOf } from '@screener/errors';
import type { Exchange, ExchangeProblem } from '@screener/exchanges';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import type { ExchangeTime } from './exchange-time.ts';
import type { Tracked } from './tracked.ts';

export interface StandInOptions {
  readonly exchange: Exchange;
  readonly logger: Logger;
  readonly now: () => number;
  readonly time: ExchangeTime;
  readonly live: (tracked: Tracked, candle: Candle) => void;
  readonly repaired: (count: number) => void;
  readonly problem: (problem: ExchangeProblem) => void;
}

/** Share of the limit: repairs and priming go before. */
const share = 0.4;
const everyMsMin = 2_000;
const underWayMax = 4;
/** Asked for with each candle in progress, should the time be ahead of what the exchange has. */
const backMs = 2 * MINUTE_MS;
/** What nobody trades says nothing new: some never are, and no stream ever serves them. */
const untradedEveryMs = 60_000;

export class StandIn {
  readonly #options: StandInOptions;
  #underWay = 0;

  constructor(options: StandInOptions) {
    this.#options = options;
  }

  /** `unserved`: those that no stream serves now. */
  tick(unserved: readonly Tracked[]): void {
    const { exchange, now } = this.#options;
    if (unserved.length === 0) return;
    const weight = exchange.capabilities.klineSources[0]?.weights[0]?.weight ?? 1;
    const perMinute = (exchange.capabilities.weightPerMinute * share) / weight;
    const everyMs = Math.max(everyMsMin, (unserved.length / perMinute) * 60_000);
    const due = unserved
      .filter(({ polling, primed, pollAt }) => primed && !polling && pollAt <= now())
      .sort((left, right) => left.pollAt - right.pollAt);
    for (const tracked of due.slice(0, Math.max(0, underWayMax - this.#underWay))) {
      tracked.pollAt = now() + everyMs;
      void this.#poll(tracked);
    }
  }

  /** Never throws. */
  async #poll(tracked: Tracked): Promise<void> {
    const { exchange, logger, now, time, live, repaired, problem } = this.#options;
    const { symbol, signal, sequence } = tracked;
    tracked.polling = true;
    this.#underWay++;
    try {
      const noted = (found: ExchangeProblem): void => problem({ symbol, ...found });
      const to = time.openMinute;
      const range = { symbol, from: to - backMs, to, priority: 'poll', signal, problem: noted } as const;
      const asked = time.known;
      let last: Candle | undefined;
      // Closed is only what a later row follows, or what the exchange must have told all of.
      const closed = (candle: Candle): void => {
        if (candle.openTime !== sequence.next) return;
        if (!sequence.holds(candle.openTime)) repaired(1);
        tracked.write(sequence.offer(candle, 'rest'));
      };
      let traded = false;
      for await (const page of exchange.klines(range)) {
        if (signal.aborted) return;
        for (const candle of page) {
          if (last !== undefined) closed(last);
          last = candle;
          traded ||= candle.trades > 0 || candle.volume > 0;
        }
      }
      tracked.isTraded = traded;
      if (!traded) tracked.pollAt = Math.max(tracked.pollAt, now() + untradedEveryMs);
      if (last === undefined || signal.aborted) return;
      time.show(last.openTime, now());
      if (time.isOver(last.openTime, asked)) closed(last);
      else live(tracked, last);
    } catch (cause) {
      if (!signal.aborted) logger.debug(`${symbol} cannot be polled: ${reasonOf(cause)}`, { cause });
    } finally {
      tracked.polling = false;
      this.#underWay--;
    }
  }
}
