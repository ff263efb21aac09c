/**
 * Runs the rules over the past of one instrument as the alerter would have: minute after minute, each closed before the next
 * one is read. What fired at a minute is decided before any later candle has left the tape, so no rule can look ahead.
 */
import type { PreparedRule } from '../engine/index.ts';
import type { BacktestInstrument } from './backtest-options.ts';
import { engineOfPast, InstrumentPast, type WatchedPast, type WatchOptions } from './instrument-past.ts';

/** So many minutes are taken in before the caller may do something else. */
export const STEP_MINUTES = 4_096;

/** Yields how many minutes were taken in since the last time. */
export function* watchPast(
  subject: BacktestInstrument,
  prepared: readonly PreparedRule[],
  options: WatchOptions,
): Generator<number, WatchedPast> {
  const past = new InstrumentPast(subject, prepared, { engine: engineOfPast([subject], prepared, options), options });
  for (let index = 0; index < past.to; index++) {
    if (index > 0 && index % STEP_MINUTES === 0) yield STEP_MINUTES;
    past.close(index);
  }
  yield past.to % STEP_MINUTES;
  return past.result();
}
