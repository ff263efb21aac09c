import type { RuleSaved } from '@screener/events';
import { limits } from '../limits.ts';

/** Fold over the topic rules: the highest version of each. Of two saves with one version the first counts, as for the alerter. */
export class RulesView {
  readonly #newest = new Map<string, RuleSaved>();

  apply(event: RuleSaved): void {
    const known = this.#newest.get(event.rule);
    if (known ? known.version >= event.version : this.#newest.size >= limits.rules) return;
    this.#newest.set(event.rule, event);
  }

  get(rule: string): RuleSaved | undefined {
    return this.#newest.get(rule);
  }

  list(): readonly RuleSaved[] {
    return [...this.#newest.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }
}
