/** Rules over the past: what fired, what followed, and whether random minutes do as well. */
import { ScreenerError } from '@screener/errors';
import { isLeader } from '@screener/market';
import { type PreparedRule, prepareRule } from '../engine/index.ts';
import type { BacktestInstrument, BacktestOptions } from './backtest-options.ts';
import type { RuleResult } from './backtest-result.ts';
import { readsMarket } from './market-past.ts';
import { measureOutcomes } from './measure-outcomes.ts';
import { watchPast } from './watch-past.ts';
import { watchTogether } from './watch-together.ts';

/** Yields how many minutes were taken in since the last time; `totalMinutes` says how many there are. */
export function* runBacktest(
  instruments: readonly BacktestInstrument[],
  options: BacktestOptions,
): Generator<number, readonly RuleResult[]> {
  const rules = options.rules.map((rule) => prepareRule(rule, options.names));
  for (const rule of rules) assertBacktestable(rule, instruments);
  const compiled = rules.map((rule) => rule.compiled);
  if (!rules.some(readsMarket)) {
    const subjects = [];
    for (const instrument of instruments) {
      const past = yield* watchPast(instrument, rules, options);
      subjects.push({ instrument, past });
    }
    return measureOutcomes(compiled, subjects, options);
  }
  const pasts = yield* watchTogether(instruments, rules, options);
  const subjects = pasts.flatMap((past, place) => {
    const instrument = instruments[place];
    // Most may be there for the market's numbers alone.
    const isWatched = past.begins.some((begins) => begins < past.to);
    return instrument !== undefined && isWatched ? [{ instrument, past }] : [];
  });
  return measureOutcomes(compiled, subjects, options);
}

/** Throws RULE_INVALID for a rule that these candles cannot answer: it would be silent, and nobody would know why. */
function assertBacktestable({ definition, compiled }: PreparedRule, instruments: readonly BacktestInstrument[]): void {
  const { rule, universe } = definition;
  if (instruments.length === 0) return;
  for (const leader of ['btc', 'eth'] as const) {
    const name = compiled.names.find((each) => each.startsWith(`${leader}.`));
    if (name === undefined || instruments.some(({ instrument }) => isLeader(leader, instrument))) continue;
    const title = leader === 'btc' ? 'Bitcoin' : 'Ether';
    const reason = `it reads ${name}, and none of the ${instruments.length} instruments is ${title} against dollars`;
    const expected = `candles of ${leader.toUpperCase()}USDT beside the others`;
    throw new ScreenerError('RULE_INVALID', { rule, reason, expected });
  }
  if (universe?.watchlist) {
    const reason = `it is for the watchlist ${universe.watchlist}, and a backtest knows no lists`;
    throw new ScreenerError('RULE_INVALID', { rule, reason, expected: 'the symbols that are on it' });
  }
}
