/** One look at the rules at one moment of one instrument: for which of them it is, what their triggers make of it. */
import { MINUTE_MS } from '@screener/market';
import type { MarketMinute } from '../market-names.ts';
import { decideTrigger, nothingToDecide, type TriggerDecision } from '../rule-trigger.ts';
import type { InstrumentWatch } from './instrument-watch.ts';
import type { MarketMemory } from './market-memory.ts';
import type { Moment } from './moment.ts';
import { type PriceTouch, touchesOf } from './price-touch.ts';
import type { ReadyRule, RuleBook } from './rule-book.ts';
import type { RulesInForce } from './rules-in-force.ts';

export interface Decided {
  readonly rule: ReadyRule;
  readonly decision: TriggerDecision;
  /** It fires on a price on the way: its numbers are those of that price. */
  readonly touch: PriceTouch | undefined;
}

export interface FailedLook {
  readonly rule: ReadyRule;
  readonly cause: unknown;
}

export interface LookedAt {
  readonly book: RuleBook;
  readonly inForce: RulesInForce;
  readonly market: MarketMemory;
}

/** In the order of their ids. */
export const byRule = (one: Pick<Decided, 'rule'>, other: Pick<Decided, 'rule'>): number =>
  one.rule.definition.rule < other.rule.definition.rule ? -1 : 1;

export class RuleLook {
  readonly failures: FailedLook[] = [];
  readonly #rules: LookedAt;
  readonly #watch: InstrumentWatch;
  readonly #moment: Moment;
  readonly #decided: Decided[] = [];
  /** Rules that were looked at; undefined where nobody will ask. */
  #seen: Set<string> | undefined;
  /** Rules that need not be asked about prices on the way; undefined where there are no such prices. */
  #settled: Set<ReadyRule> | undefined;
  /** The price on the way that is being asked about. */
  #touch: PriceTouch | undefined;

  constructor(rules: LookedAt, watch: InstrumentWatch, moment: Moment) {
    this.#rules = rules;
    this.#watch = watch;
    this.#moment = moment;
  }

  /** In the order of their ids: alerts of one moment always come in the same order. */
  decide(): readonly Decided[] {
    const watch = this.#watch;
    const { closed, step } = this.#moment;
    const { inForce, book } = this.#rules;
    if (watch.waiting.size > 0) this.#seen = new Set();
    watch.membership.nextMoment();
    const touches = inForce.asksOnTheWay ? touchesOf(step) : [];
    if (touches.length > 0) this.#settled = new Set();
    inForce.holding(watch.minutes.input, closed, this);
    if (touches.length > 0) this.#lookOnTheWay(touches);
    if (inForce.levels.size > 0) inForce.levels.crossed(step, (rule) => this.#crossed(rule));
    for (const id of watch.waiting) {
      if (this.#seen?.has(id)) continue;
      const rule = book.active(id);
      if (rule === undefined || (!closed && !rule.trigger.live)) continue;
      // It did not hold, or it would have been seen. Whether a number was absent makes no difference to its state.
      this.#result(rule, false);
    }
    return this.#decided.length > 1 ? this.#decided.sort(byRule) : this.#decided;
  }

  isFor(rule: ReadyRule): boolean {
    if (this.#touch !== undefined && this.#settled?.has(rule)) return false;
    const { universe } = rule;
    return this.#watch.membership.has(universe, this);
  }

  #lookOnTheWay(touches: readonly PriceTouch[]): void {
    const { minutes } = this.#watch;
    for (const touch of touches) {
      this.#touch = touch;
      minutes.movePrice(touch.price);
      this.#rules.inForce.holdingOnTheWay(minutes.input, this);
    }
    this.#touch = undefined;
    minutes.movePrice(undefined);
  }

  /** Its condition holds. */
  take(rule: ReadyRule): void {
    this.#settled?.add(rule);
    this.#result(rule, this.#touch === undefined);
  }

  failed(rule: ReadyRule, cause: unknown): void {
    this.#settled?.add(rule);
    this.failures.push({ rule, cause });
  }

  /** By volume, as of the minute before. */
  rank(): number | undefined {
    const { openTime, closed } = this.#moment;
    const { market } = this.#rules;
    const minute = closed ? market.at(openTime - MINUTE_MS) : marketOfLive(market, openTime);
    return minute?.rankOf(this.#watch.instrument)?.volume_1d ?? undefined;
  }

  /** The price went over its level. */
  #crossed(rule: ReadyRule): void {
    if (!this.isFor(rule)) return;
    try {
      this.#result(rule, rule.compiled.evaluate(this.#watch.minutes.input));
    } catch (cause) {
      this.failed(rule, cause);
    }
  }

  #result(rule: ReadyRule, result: boolean | undefined): void {
    const { rule: id } = rule.definition;
    this.#seen?.add(id);
    const state = this.#watch.trigger(id);
    const touch = this.#touch;
    const touched = touch !== undefined;
    if (!touched && nothingToDecide(state, result)) return;
    const { openTime, at, closed } = this.#moment;
    const decision = decideTrigger(rule.trigger, state, { openTime, at, closed, result, touched });
    if (decision.fires || decision.state !== state) this.#decided.push({ rule, decision, touch });
  }
}

/** The minute in progress sees what the closed one before it saw, or one newer. */
export const marketOfLive = (market: MarketMemory, openTime: number): MarketMinute | undefined =>
  market.at(openTime - MINUTE_MS) ?? market.at(openTime - 2 * MINUTE_MS);
