/** The past of one instrument as the rules see it, minute by minute, on the engine of the alerter. */
import { ScreenerError } from '@screener/errors';
import { type FlatMetric, InstrumentState, type MetricsSource, type MinuteMetrics } from '@screener/market';
import type { AlertNumbers } from '../alert-numbers.ts';
import { type ConditionNames, conditionNames } from '../condition-names.ts';
import { type EngineEvent, type PreparedRule, prepareRule, RuleEngine } from '../engine/index.ts';
import type { MarketMinute, MarketName } from '../market-names.ts';
import type { RuleUniverse } from '../rule.ts';
import { compileUniverse, type UniverseTest } from '../universe.ts';
import type { BacktestInstrument, BacktestOptions } from './backtest-options.ts';
import { metricsRead, neededNumbers } from './needed-numbers.ts';

export interface FiredAlert {
  readonly openTime: number;
  readonly price: number;
  readonly numbers: AlertNumbers;
}

/** What the rules did on one instrument. */
export interface WatchedPast {
  /** By the order of the rules. */
  readonly fired: readonly (readonly FiredAlert[])[];
  /** Index in the tape from which on each rule could fire, because everything it reads was there. */
  readonly begins: readonly number[];
  /** First index that no rule has looked at. */
  readonly to: number;
}

export type WatchOptions = Pick<BacktestOptions, 'changeBasis' | 'names' | 'from' | 'to' | 'everything'>;

/** The alerter's own, with these instruments alone. */
export function engineOfPast(
  instruments: readonly BacktestInstrument[],
  prepared: readonly PreparedRule[],
  { changeBasis, names }: WatchOptions,
): RuleEngine {
  const byRule = new Map(prepared.map((rule) => [rule.definition, rule]));
  const engine = new RuleEngine({
    changeBasis,
    ...(names && { names }),
    // Each fires once a minute at most: none is kept back.
    alertsPerMinuteMax: prepared.length,
    prepare: (rule) => byRule.get(rule) ?? prepareRule(rule),
  });
  for (const { instrument, quote } of instruments) engine.knowInstrument(instrument, quote);
  for (const { definition } of prepared) engine.saveRule(definition);
  return engine;
}

export class InstrumentPast {
  readonly subject: BacktestInstrument;
  /** First index that no rule looks at. */
  readonly to: number;
  readonly #from: number;
  readonly #engine: RuleEngine;
  readonly #state: InstrumentState;
  readonly #options: WatchOptions;
  readonly #fired: ReadonlyMap<string, FiredAlert[]>;
  readonly #ready: readonly Readiness[];
  #waiting: readonly Readiness[];

  /** `windows`: in minutes, beside those that the rules need. */
  constructor(
    subject: BacktestInstrument,
    prepared: readonly PreparedRule[],
    { engine, options, windows = [] }: { engine: RuleEngine; options: WatchOptions; windows?: readonly number[] },
  ) {
    const { tape, primed } = subject;
    const { names, everything } = options;
    const isFor = prepared.map(({ definition: { universe } }) => mayPass(subject, universe));
    const compiled = prepared.map((rule) => rule.compiled);
    const needed = neededNumbers(
      compiled.filter((_, place) => isFor[place]),
      names,
    );
    const all = [...new Set([...needed.windows, ...windows])].sort((one, other) => one - other);
    this.subject = subject;
    this.#engine = engine;
    this.#options = options;
    this.#state = new InstrumentState(everything ? { corrections: false } : { ...needed, windows: all });
    for (const [interval, bars] of primed) this.#state.prime(interval, bars);
    this.#fired = new Map(prepared.map(({ definition }) => [definition.rule, []]));
    this.#ready = prepared.map((rule) => new Readiness(rule, subject, names));
    this.#waiting = this.#ready.filter((_, place) => isFor[place]);
    this.#from = clamped(tape.indexOf(options.from), tape.length);
    this.to = clamped(tape.indexOf(options.to), tape.length);
  }

  /** The minute closes. `market` is that of the minute before. undefined: there is no candle. */
  close(index: number, market?: () => MarketMinute | undefined): MinuteMetrics | undefined {
    const candle = this.subject.tape.candle(index);
    if (candle === undefined) return undefined;
    const metrics = this.#state.add(candle);
    // A candle that cannot be is left out, as the calculator leaves it out.
    if (metrics.outcome === 'refused') return undefined;
    if (this.#waiting.length > 0) {
      const { changeBasis } = this.#options;
      this.#waiting = this.#waiting.filter((rule) => !rule.isReady({ metrics, changeBasis, index, market }));
    }
    const { instrument } = this.subject;
    const { openTime, price, windows, indicators, statistics } = metrics;
    for (const event of this.#engine.closed({ instrument, openTime, price, windows, indicators, statistics })) {
      if (index >= this.#from) this.#tell(event);
    }
    return metrics;
  }

  result(): WatchedPast {
    const { to } = this;
    const fired = [...this.#fired.values()];
    const begins = this.#ready.map(({ since = to }, place) => {
      const [first] = fired[place] ?? [];
      // A condition may hold before everything is there: `rsi_1d < 30.0 || change_5m > 3.0`.
      return Math.min(
        Math.max(this.#from, since),
        first === undefined ? to : this.subject.tape.indexOf(first.openTime),
      );
    });
    return { fired, begins, to };
  }

  /** Throws RULE_INVALID for a rule that fails on numbers: a result without it would be wrong. */
  #tell(event: EngineEvent): void {
    if (event.type === 'RuleFailed') {
      const { rule, reason, instrument, openTime } = event.event;
      const where = `it failed on ${instrument} at ${new Date(openTime).toISOString()}: ${reason}`;
      const expected = 'a condition that can be evaluated';
      throw new ScreenerError('RULE_INVALID', { rule: rule.rule, reason: where, expected });
    }
    if (event.type !== 'AlertTriggered') return;
    const { rule, openTime, price, volume, changePct, volumeIncrease, candleSizePct, momentumScore } = event.event;
    const numbers = { volume, changePct, volumeIncrease, candleSizePct, momentumScore };
    this.#fired.get(rule)?.push({ openTime, price, numbers });
  }
}

/** With the best rank by volume that there is. */
const mayPass = ({ instrument, quote }: BacktestInstrument, universe: RuleUniverse | null | undefined): boolean =>
  compileUniverse(universe, undefined).includes({ instrument, quote, volumeRank: 1 });

const clamped = (index: number, length: number): number => Math.max(0, Math.min(index, length));

interface ReadyMinute {
  readonly metrics: MetricsSource;
  readonly changeBasis: BacktestOptions['changeBasis'];
  readonly index: number;
  readonly market: (() => MarketMinute | undefined) | undefined;
}

/** Since when everything is there that a rule reads, and the instrument is one that it is for. */
class Readiness {
  since: number | undefined;
  readonly #subject: BacktestInstrument;
  readonly #universe: UniverseTest;
  readonly #metrics: readonly FlatMetric[];
  readonly #ofMarket: readonly MarketName[];
  readonly #before: number;

  constructor({ definition, compiled }: PreparedRule, subject: BacktestInstrument, names: ConditionNames | undefined) {
    const { reads } = compiled;
    this.#subject = subject;
    this.#universe = compileUniverse(definition.universe, undefined);
    this.#metrics = metricsRead([compiled], names);
    this.#ofMarket = compiled.names.flatMap((name) => (names ?? conditionNames).find(name)?.market ?? []);
    this.#before = Math.max(reads.candles - 1, reads.previous ? 1 : 0);
  }

  isReady({ metrics, changeBasis, index, market }: ReadyMinute): boolean {
    if (!this.#metrics.every(({ read }) => read(metrics, changeBasis) !== undefined)) return false;
    const { instrument, quote } = this.#subject;
    const needsMarket = this.#ofMarket.length > 0 || this.#universe.readsRank;
    const known = needsMarket ? market?.() : undefined;
    const rank = known?.rankOf(instrument);
    if (!this.#universe.includes({ instrument, quote, volumeRank: rank?.volume_1d ?? undefined })) return false;
    if (!this.#ofMarket.every(({ read }) => known !== undefined && typeof read(known.record, rank) === 'number'))
      return false;
    this.since = index + this.#before;
    return true;
  }
}
