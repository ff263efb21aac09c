/** Rules over the past: what fired, what followed, and whether random minutes do as well. */
import { ScreenerError } from '@screener/errors';
import type { CompiledRule } from '../compile-rule.ts';
import { prepareRule } from '../engine/index.ts';
import type { BacktestInstrument, BacktestOptions } from './backtest-options.ts';
import type { RuleResult } from './backtest-result.ts';
import { measureOutcomes } from './measure-outcomes.ts';
import { watchPast } from './watch-past.ts';

/** Yields how many minutes were taken in since the last time; `totalMinutes` says how many there are. */
export function* runBacktest(
  instruments: readonly BacktestInstrument[],
  options: BacktestOptions,
): Generator<number, readonly RuleResult[]> {
  const rules = options.rules.map((rule) => prepareRule(rule, options.names));
  for (const { compiled } of rules) assertBacktestable(compiled);
  const subjects = [];
  for (const instrument of instruments) {
    const past = yield* watchPast(instrument, rules, options);
    subjects.push({ instrument, past });
  }
  const compiled = rules.map((rule) => rule.compiled);
  return measureOutcomes(compiled, subjects, options);
}

/** Throws RULE_INVALID for a rule that candles alone cannot answer: it would be silent, and nobody would know why. */
function assertBacktestable({ rule, names, reads }: CompiledRule): void {
  if (reads.market) {
    const name = names.find((each) => /^(market|rank|btc|eth)\./.test(each));
    const reason = `it reads ${name}, a number of the whole market, and a backtest has the candles of each instrument alone`;
    throw new ScreenerError('RULE_INVALID', { rule: rule.rule, reason, expected: 'numbers of the instrument itself' });
  }
  if (rule.universe?.watchlist) {
    const reason = `it is for the watchlist ${rule.universe.watchlist}, and a backtest knows no lists`;
    throw new ScreenerError('RULE_INVALID', { rule: rule.rule, reason, expected: 'the symbols that are on it' });
  }
  if (rule.universe?.topByVolume) {
    const reason = `it is for the first ${rule.universe.topByVolume} by volume, and a backtest has no ranks`;
    const expected = 'other symbols to test it on, with --symbols or --universe';
    throw new ScreenerError('RULE_INVALID', { rule: rule.rule, reason, expected });
  }
}
