/** What followed the alerts of all rules, horizon by horizon: only here prices after an alert are looked at. */
import { MINUTE_MS } from '@screener/market';
import type { CompiledRule } from '../compile-rule.ts';
import { firstFrom } from '../engine/first-from.ts';
import { clusteredShare } from './alert-clusters.ts';
import type { BacktestInstrument, BacktestOptions } from './backtest-options.ts';
import type { BacktestAlert, HorizonResult, RuleResult } from './backtest-result.ts';
import { type AlertTrade, compareWithRandom } from './compare-with-random.ts';
import type { FiredAlert, WatchedPast } from './instrument-past.ts';
import { horizonMinutes, type PricePaths, pricePaths } from './price-paths.ts';

const DAY_MS = 1_440 * MINUTE_MS;

interface Subject {
  readonly instrument: BacktestInstrument;
  readonly past: WatchedPast;
}

/** `rules` are those that were watched, in the same order as in each past. */
export function measureOutcomes(
  rules: readonly CompiledRule[],
  subjects: readonly Subject[],
  options: Pick<BacktestOptions, 'side' | 'seed' | 'clusterMinutes'>,
): readonly RuleResult[] {
  const drafts = rules.map((rule, place) => new RuleDraft(rule, place, subjects));
  for (const [horizon, minutes] of horizonMinutes.entries()) {
    // One horizon at a time: the paths of many instruments are much memory.
    const paths = subjects.map(({ instrument: { tape }, past }) =>
      pricePaths(tape, { from: 0, to: past.to, minutes, side: options.side }),
    );
    for (const draft of drafts) draft.measure(horizon, minutes, paths, options.seed);
  }
  return drafts.map((draft) => draft.result(options.clusterMinutes));
}

interface DraftAlert {
  readonly subject: number;
  readonly index: number;
  readonly fired: FiredAlert;
  readonly returns: (number | null)[];
  readonly drawdowns: (number | null)[];
}

/** The result of one rule as it comes together. */
class RuleDraft {
  readonly #rule: CompiledRule;
  readonly #subjects: readonly Subject[];
  /** Where each instrument begins to count. */
  readonly #begins: readonly number[];
  readonly #alerts: readonly DraftAlert[];
  readonly #horizons: HorizonResult[] = [];

  constructor(rule: CompiledRule, place: number, subjects: readonly Subject[]) {
    this.#rule = rule;
    this.#subjects = subjects;
    this.#begins = subjects.map(({ past }) => past.begins[place] ?? past.to);
    this.#alerts = subjects
      .flatMap(({ instrument: { tape }, past }, subject) =>
        (past.fired[place] ?? []).map((fired): DraftAlert => {
          return { subject, index: tape.indexOf(fired.openTime), fired, returns: [], drawdowns: [] };
        }),
      )
      .sort((one, other) => one.fired.openTime - other.fired.openTime || one.subject - other.subject);
  }

  measure(horizon: number, minutes: number, all: readonly PricePaths[], seed: number): void {
    const paths = all.map((path, subject) => pathsFrom(path, this.#begins[subject] ?? 0));
    const trades: AlertTrade[] = [];
    for (const { subject, index, fired, returns, drawdowns } of this.#alerts) {
      const path = paths[subject] as PricePaths;
      const place = firstFrom(path.indexes, index);
      const isTraded = path.indexes[place] === index;
      returns.push(isTraded ? (path.returns[place] as number) : null);
      drawdowns.push(isTraded ? (path.drawdowns[place] as number) : null);
      if (isTraded) trades.push({ path: subject, place, minute: fired.openTime / MINUTE_MS });
    }
    // A seed of its own for each horizon: a lucky draw in one says nothing about the next.
    const comparison = compareWithRandom(trades, paths, { minutes, seed: seed + horizon });
    if (comparison !== undefined) this.#horizons.push({ minutes, ...comparison });
  }

  result(clusterMinutes: number): RuleResult {
    const { rule, version, title, condition, parameters, priceLevel = null } = this.#rule.rule;
    const alerts = this.#alerts.map(({ subject, index, fired, returns, drawdowns }): BacktestAlert => {
      const { instrument, tape } = (this.#subjects[subject] as Subject).instrument;
      const entry = tape.price(index + 1, 'open');
      return { instrument, ...fired, entryPrice: Number.isNaN(entry) ? null : entry, returns, drawdowns };
    });
    return {
      ...{ rule, version, title, condition, priceLevel, parameters, alerts },
      ...this.#frequency(alerts.length),
      clustered: clusteredShare(alerts, clusterMinutes * MINUTE_MS),
      horizons: this.#horizons,
    };
  }

  #frequency(alerts: number): { readonly minutes: number; readonly alertsPerDay: number } {
    const spans = this.#subjects.flatMap(({ instrument: { tape }, past: { to } }, subject): Span[] => {
      const begins = this.#begins[subject] ?? to;
      return begins < to ? [{ from: tape.openTime(begins), to: tape.openTime(to) }] : [];
    });
    const minutes = spans.reduce((sum, { from, to }) => sum + to - from, 0) / MINUTE_MS;
    return { minutes, alertsPerDay: alerts === 0 ? 0 : (alerts * DAY_MS) / coveredMs(spans) };
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Time in which at least one of them runs. */
function coveredMs(spans: readonly Span[]): number {
  let [covered, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from)) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return covered;
}

/** Those of the minutes from an index on. */
function pathsFrom({ indexes, returns, drawdowns }: PricePaths, index: number): PricePaths {
  const place = firstFrom(indexes, index);
  return {
    indexes: indexes.subarray(place),
    returns: returns.subarray(place),
    drawdowns: drawdowns.subarray(place),
  };
}
