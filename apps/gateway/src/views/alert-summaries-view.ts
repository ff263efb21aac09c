import type { AlertsSummarised } from '@screener/events';
import { limits } from '../limits.ts';

/** Alerts of an instrument and minute beyond those that it may have: they are told together. */
export interface AlertSummary {
  readonly instrument: string;
  readonly openTime: number;
  readonly summarisedAt: number;
  /** Alerts that the minute may have. */
  readonly limit: number;
  /** Alerts that this stands for. */
  readonly count: number;
  /** Ids of their rules, each once; the first ones of many. */
  readonly rules: readonly string[];
}

/** Fold over the topic alerts: the newest summaries, one for each instrument and minute. */
export class AlertSummariesView {
  /** In the order in which their minutes were first summarised. */
  readonly #summaries = new Map<string, AlertSummary>();
  readonly #most: number;

  constructor(most: number = limits.alertSummaries) {
    this.#most = most;
  }

  /** The summary of that minute as it is now: of very many alerts there are several events. */
  apply({ instrument, openTime, summarisedAt, limit, count, alerts }: AlertsSummarised): AlertSummary {
    const key = `${instrument} ${openTime}`;
    const known = this.#summaries.get(key);
    const rules = new Set([...(known?.rules ?? []), ...alerts.map(({ rule }) => rule)]);
    const summary = {
      ...{ instrument, openTime, summarisedAt, limit },
      count: (known?.count ?? 0) + count,
      rules: [...rules].slice(0, limits.rulesOfSummary),
    };
    this.#summaries.set(key, summary);
    if (this.#summaries.size > this.#most) {
      const [oldest] = this.#summaries.keys();
      if (oldest !== undefined) this.#summaries.delete(oldest);
    }
    return summary;
  }

  /** Forgets what is older than a time. */
  expire(beforeMs: number): void {
    for (const [key, { summarisedAt }] of this.#summaries) {
      if (summarisedAt < beforeMs) this.#summaries.delete(key);
    }
  }

  /** Newest first. */
  list(limit: number): readonly AlertSummary[] {
    const newest = [...this.#summaries.values()].sort((one, other) => other.summarisedAt - one.summarisedAt);
    return newest.slice(0, limit);
  }
}
