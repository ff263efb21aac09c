/** One look at the rules at one moment of one instrument: for which of them it is, what their triggers make of it. */
import { MINUTE_MS } from '@screener/market';
import type { MarketMinute } from '../market-names.ts';
import { decideTrigger, nothingToDecide, type TriggerDecision } from '../rule-trigger.ts';
import type { InstrumentWatch } from './instrument-watch.ts';
import type { MarketMemory } from './market-memory.ts';
import type { Moment } from './moment.ts';
import type { ReadyRule, RuleBook } from './rule-book.ts';
import type { RulesInForce } from './rules-in-force.ts';

export interface Decided {
  readonly rule: ReadyRule;
  readonly decision: TriggerDecision;
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
    inForce.holding(watch.minutes.input, closed, this);
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

  isFor({ universe }: ReadyRule): boolean {
    return this.#watch.membership.has(universe, this);
  }

  /** Its condition holds. */
  take(rule: ReadyRule): void {
    this.#result(rule, true);
  }

  failed(rule: ReadyRule, cause: unknown): void {
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
    if (nothingToDecide(state, result)) return;
    const { openTime, at, closed } = this.#moment;
    const decision = decideTrigger(rule.trigger, state, { openTime, at, closed, result });
    if (decision.fires || decision.state !== state) this.#decided.push({ rule, decision });
  }
}

/** The minute in progress sees what the closed one before it saw, or one newer. */
export const marketOfLive = (market: MarketMemory, openTime: number): MarketMinute | undefined =>
  market.at(openTime - MINUTE_MS) ?? market.at(openTime - 2 * MINUTE_MS);
