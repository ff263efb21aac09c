/** The rules of a book as the engine looks at them: by condition, by threshold, by price level. Made anew after each edit. */
import type { EvaluationInput } from '../evaluation-input.ts';
import { ConditionIndex } from './condition-index.ts';
import { PriceLevelIndex } from './price-level-index.ts';
import type { ReadyRule, RuleBook } from './rule-book.ts';
import type { SharedCondition } from './shared-condition.ts';

export class RulesInForce {
  readonly closed = new ConditionIndex();
  readonly live = new ConditionIndex();
  readonly levels = new PriceLevelIndex();
  readonly #book: RuleBook;
  #generation = -1;
  #readsMarket = false;
  #stamp = 0;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  refresh(): void {
    if (this.#generation === this.#book.generation) return;
    this.#generation = this.#book.generation;
    const active = [...this.#book.allActive()];
    const ofConditions = active.filter(({ level }) => level === undefined);
    this.closed.replace(sharedConditions(ofConditions));
    this.live.replace(sharedConditions(ofConditions.filter(({ trigger }) => trigger.live)));
    this.levels.replace(active);
    this.#readsMarket = active.some(({ compiled, universe }) => compiled.reads.market || universe.test.readsRank);
  }

  /** Whether a rule asks for numbers of the market, or for ranks. */
  get readsMarket(): boolean {
    this.refresh();
    return this.#readsMarket;
  }

  get looksAtLive(): boolean {
    this.refresh();
    return this.live.size + this.levels.size > 0;
  }

  /** Calls for each rule whose condition holds. A rule that `isFor` refuses is not evaluated. */
  holding(
    input: EvaluationInput,
    closed: boolean,
    look: {
      isFor(rule: ReadyRule): boolean;
      take(rule: ReadyRule): void;
      failed(rule: ReadyRule, cause: unknown): void;
    },
  ): void {
    this.refresh();
    this.#stamp += 1;
    const index = closed ? this.closed : this.live;
    index.candidates(input, (condition) => {
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
}

/** Rules with the same condition share one, whatever their texts, universes and owners. */
function sharedConditions(rules: readonly ReadyRule[]): readonly SharedCondition[] {
  const shared = new Map<string, SharedCondition>();
  for (const rule of rules) {
    const { conditionKey, evaluate, thresholds, alternatives } = rule.compiled;
    const known = shared.get(conditionKey);
    if (known === undefined) {
      shared.set(conditionKey, {
        evaluate,
        thresholds,
        alternatives,
        rules: [rule],
        result: undefined,
        stamp: 0,
        taken: 0,
      });
    } else known.rules.push(rule);
  }
  return [...shared.values()];
}
