/** The rules of a book as the engine looks at them: by condition, by threshold, by price level. An edit changes only what it is about. */
import type { EvaluationInput } from '../evaluation-input.ts';
import { ConditionSet } from './condition-set.ts';
import { PriceLevelIndex } from './price-level-index.ts';
import { asksOnTheWay } from './price-touch.ts';
import type { ReadyRule, RuleBook } from './rule-book.ts';

/** Who is asked which of the rules it wants, and told of those that hold. */
export interface ConditionLook {
  isFor(rule: ReadyRule): boolean;
  take(rule: ReadyRule): void;
  failed(rule: ReadyRule, cause: unknown): void;
}

const readsMarket = ({ compiled, universe }: ReadyRule): boolean => compiled.reads.market || universe.test.readsRank;

export class RulesInForce {
  readonly closed = new ConditionSet();
  readonly live = new ConditionSet();
  /** Those of them that are asked about prices on the way, too. */
  readonly onTheWay = new ConditionSet();
  readonly levels = new PriceLevelIndex();
  readonly #book: RuleBook;
  readonly #rules = new Map<string, ReadyRule>();
  #readingMarket = 0;
  #stamp = 0;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  refresh(): void {
    if (this.#book.changed.size === 0) return;
    for (const id of this.#book.changed) this.#change(id, this.#book.active(id));
    this.#book.changed.clear();
    this.closed.settle();
    this.live.settle();
    this.onTheWay.settle();
  }

  /** Whether a rule asks for numbers of the market, or for ranks. */
  get readsMarket(): boolean {
    this.refresh();
    return this.#readingMarket > 0;
  }

  get asksOnTheWay(): boolean {
    this.refresh();
    return this.onTheWay.size > 0;
  }

  get looksAtLive(): boolean {
    this.refresh();
    return this.live.size + this.levels.size > 0;
  }

  /** Calls for each rule whose condition holds. A rule that `isFor` refuses is not evaluated. */
  holding(input: EvaluationInput, closed: boolean, look: ConditionLook): void {
    this.refresh();
    this.#ask(closed ? this.closed : this.live, input, look);
  }

  /** The same of a price on the way; after `holding`. */
  holdingOnTheWay(input: EvaluationInput, look: ConditionLook): void {
    this.#ask(this.onTheWay, input, look);
  }

  #ask(conditions: ConditionSet, input: EvaluationInput, look: ConditionLook): void {
    this.#stamp += 1;
    conditions.candidates(input, this.#stamp, (condition) => {
      for (const rule of condition.rules) {
        if (!look.isFor(rule)) continue;
        if (condition.stamp !== this.#stamp) {
          condition.stamp = this.#stamp;
          try {
            condition.result = condition.evaluate(input);
          } catch (cause) {
            condition.result = undefined;
            for (const failing of condition.rules) look.failed(failing, cause);
          }
        }
        if (condition.result !== true) return;
        look.take(rule);
      }
    });
  }

  #change(id: string, now: ReadyRule | undefined): void {
    const before = this.#rules.get(id);
    if (before !== undefined) {
      if (before.level !== undefined) this.levels.remove(before);
      else for (const conditions of this.#setsOf(before)) conditions.remove(before);
      if (readsMarket(before)) this.#readingMarket -= 1;
      this.#rules.delete(id);
    }
    if (now === undefined) return;
    if (now.level !== undefined) this.levels.add(now);
    else for (const conditions of this.#setsOf(now)) conditions.add(now);
    if (readsMarket(now)) this.#readingMarket += 1;
    this.#rules.set(id, now);
  }

  #setsOf(rule: ReadyRule): readonly ConditionSet[] {
    if (!rule.trigger.live) return [this.closed];
    return asksOnTheWay(rule) ? [this.closed, this.live, this.onTheWay] : [this.closed, this.live];
  }
}
