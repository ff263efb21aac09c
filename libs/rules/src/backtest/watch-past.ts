/**
 * Runs the rules over the past of one instrument as the alerter would have: minute after minute, each closed before the next
 * one is read. What fired at a minute is decided before any later candle has left the tape, so no rule can look ahead.
 */
import { ScreenerError } from '@screener/errors';
import { type FlatMetric, InstrumentState, type MinuteMetrics } from '@screener/market';
import type { AlertNumbers } from '../alert-numbers.ts';
import type { CompiledRule } from '../compile-rule.ts';
import { type EngineEvent, type PreparedRule, prepareRule, RuleEngine } from '../engine/index.ts';
import { compileUniverse } from '../universe.ts';
import type { BacktestInstrument, BacktestOptions } from './backtest-options.ts';
import { metricsRead, neededNumbers } from './needed-numbers.ts';

/** So many minutes are taken in before the caller may do something else. */
const STEP_MINUTES = 4_096;

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

/** Yields how many minutes were taken in since the last time. */
export function* watchPast(
  subject: BacktestInstrument,
  prepared: readonly PreparedRule[],
  options: Pick<BacktestOptions, 'changeBasis' | 'names' | 'from' | 'to' | 'everything'>,
): Generator<number, WatchedPast> {
  const { instrument, tape, primed } = subject;
  const compiled = prepared.map((rule) => rule.compiled);
  const { names, changeBasis } = options;
  const state = new InstrumentState(options.everything ? { corrections: false } : neededNumbers(compiled, names));
  for (const [interval, bars] of primed) state.prime(interval, bars);
  const engine = engineFor(subject, prepared, options);
  const fired = new Map(prepared.map(({ definition }) => [definition.rule, [] as FiredAlert[]]));
  const ready = compiled.map((rule) => new Readiness(rule, metricsRead([rule], names)));
  const from = clamped(tape.indexOf(options.from), tape.length);
  const to = clamped(tape.indexOf(options.to), tape.length);
  let waiting = ready;
  for (let index = 0; index < to; index++) {
    if (index > 0 && index % STEP_MINUTES === 0) yield STEP_MINUTES;
    const candle = tape.candle(index);
    if (candle === undefined) continue;
    const metrics = state.add(candle);
    // A candle that cannot be is left out, as the calculator leaves it out.
    if (metrics.outcome === 'refused') continue;
    if (waiting.length > 0) waiting = waiting.filter((rule) => !rule.isReady(metrics, changeBasis, index));
    const { openTime, price, windows, indicators, statistics } = metrics;
    for (const event of engine.closed({ instrument, openTime, price, windows, indicators, statistics })) {
      if (index >= from) tellOf(event, fired);
    }
  }
  yield to % STEP_MINUTES;
  const alerts = [...fired.values()];
  const begins = ready.map((rule, place) => {
    const [first] = alerts[place] ?? [];
    const since = isFor(subject, prepared[place]) ? Math.max(from, rule.since ?? to) : to;
    // A condition may hold before everything is there: `rsi_1d < 30.0 || change_5m > 3.0`.
    return Math.min(since, first === undefined ? to : tape.indexOf(first.openTime));
  });
  return { fired: alerts, begins, to };
}

/** The alerter's own, with this instrument alone. */
function engineFor(
  { instrument, quote }: BacktestInstrument,
  prepared: readonly PreparedRule[],
  { changeBasis, names }: Pick<BacktestOptions, 'changeBasis' | 'names'>,
): RuleEngine {
  const byRule = new Map(prepared.map((rule) => [rule.definition, rule]));
  const engine = new RuleEngine({
    changeBasis,
    ...(names && { names }),
    // Each fires once a minute at most: none is kept back.
    alertsPerMinuteMax: prepared.length,
    prepare: (rule) => byRule.get(rule) ?? prepareRule(rule),
  });
  engine.knowInstrument(instrument, quote);
  for (const { definition } of prepared) engine.saveRule(definition);
  return engine;
}

/** Throws RULE_INVALID for a rule that fails on numbers: a result without it would be wrong. */
function tellOf(event: EngineEvent, fired: ReadonlyMap<string, FiredAlert[]>): void {
  if (event.type === 'RuleFailed') {
    const { rule, reason, instrument, openTime } = event.event;
    const where = `it failed on ${instrument} at ${new Date(openTime).toISOString()}: ${reason}`;
    throw new ScreenerError('RULE_INVALID', {
      rule: rule.rule,
      reason: where,
      expected: 'a condition that can be evaluated',
    });
  }
  if (event.type !== 'AlertTriggered') return;
  const { rule, openTime, price, volume, changePct, volumeIncrease, candleSizePct, momentumScore } = event.event;
  const numbers = { volume, changePct, volumeIncrease, candleSizePct, momentumScore };
  fired.get(rule)?.push({ openTime, price, numbers });
}

const isFor = ({ instrument, quote }: BacktestInstrument, rule: PreparedRule | undefined): boolean =>
  compileUniverse(rule?.definition.universe, undefined).includes({ instrument, quote, volumeRank: undefined });

const clamped = (index: number, length: number): number => Math.max(0, Math.min(index, length));

/** Since when everything is there that a rule reads. */
class Readiness {
  since: number | undefined;
  readonly #metrics: readonly FlatMetric[];
  readonly #before: number;

  constructor({ reads }: CompiledRule, metrics: readonly FlatMetric[]) {
    this.#metrics = metrics;
    this.#before = Math.max(reads.candles - 1, reads.previous ? 1 : 0);
  }

  isReady(source: MinuteMetrics, basis: BacktestOptions['changeBasis'], index: number): boolean {
    if (!this.#metrics.every(({ read }) => read(source, basis) !== undefined)) return false;
    this.since = index + this.#before;
    return true;
  }
}
