/**
 * Runs rules that read the whole market over the past of all instruments side by side: every minute is closed for all of
 * them before the next one is read for any, and only then the market's numbers of it are known, to rules of the minute after.
 */
import { MINUTE_MS, marketWindows } from '@screener/market';
import type { PreparedRule } from '../engine/index.ts';
import type { MarketMinute } from '../market-names.ts';
import type { BacktestInstrument } from './backtest-options.ts';
import { engineOfPast, InstrumentPast, type WatchedPast, type WatchOptions } from './instrument-past.ts';
import { MarketPast } from './market-past.ts';
import { STEP_MINUTES } from './watch-past.ts';

/** Yields how many minutes were taken in since the last time. The results are in the order of the instruments. */
export function* watchTogether(
  subjects: readonly BacktestInstrument[],
  prepared: readonly PreparedRule[],
  options: WatchOptions,
): Generator<number, readonly WatchedPast[]> {
  const engine = engineOfPast(subjects, prepared, options);
  const pasts = subjects.map(
    (subject) => new InstrumentPast(subject, prepared, { engine, options, windows: marketWindows }),
  );
  const market = new MarketPast(prepared, options.changeBasis);
  const begin = Math.min(...subjects.map(({ tape }) => tape.openTime(0)));
  const end = Math.max(...pasts.map(({ subject: { tape }, to }) => tape.openTime(to)));
  let before: (() => MarketMinute | undefined) | undefined;
  let taken = 0;
  for (let openTime = begin; openTime < end; openTime += MINUTE_MS) {
    for (const past of pasts) {
      const index = past.subject.tape.indexOf(openTime);
      if (index < 0 || index >= past.to) continue;
      taken++;
      const metrics = past.close(index, before);
      if (metrics !== undefined) market.measure(past.subject.instrument, metrics);
    }
    const closed = market.close(openTime);
    engine.knowMarket(openTime, () => closed().record);
    engine.minuteOver(openTime);
    before = closed;
    if (taken < STEP_MINUTES) continue;
    yield taken;
    taken = 0;
  }
  yield taken;
  return pasts.map((past) => past.result());
}
