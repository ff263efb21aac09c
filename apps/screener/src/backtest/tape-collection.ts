/** Candles of many instruments on their tapes, up to a limit. */
import { ScreenerError } from '@screener/errors';
import type { Candle, IntervalName, PrimedBar } from '@screener/market';
import { type BacktestInstrument, CandleTape } from '@screener/rules';

/** Minutes of all instruments together: 72 bytes each, a month of 350 instruments, a gigabyte. */
export const BACKTEST_MINUTES_MAX = 15_000_000;

interface Collected {
  readonly tape: CandleTape;
  readonly primed: Map<IntervalName, Map<number, PrimedBar>>;
  quote: string | undefined;
}

export class TapeCollection {
  readonly #instruments = new Map<string, Collected>();
  #minutes = 0;

  put(instrument: string, candle: Candle): void {
    const { tape } = this.#of(instrument);
    // Before it is put in: a wrong year would fill the memory with the minutes in between.
    const minutes = this.#minutes + tape.lengthWith(candle.openTime) - tape.length;
    if (minutes > BACKTEST_MINUTES_MAX) {
      throw new ScreenerError('BACKTEST_TOO_LARGE', {
        what: `${minutes} minutes of ${this.#instruments.size} instruments, from the first to the last candle of each`,
        most: `${BACKTEST_MINUTES_MAX}`,
        advice: 'choose fewer instruments with --symbols, or split the files',
      });
    }
    this.#minutes = minutes;
    tape.put(candle);
  }

  /** Bars that an exchange gave; of one that came twice the last counts. */
  prime(instrument: string, interval: IntervalName, bars: readonly PrimedBar[]): void {
    const { primed } = this.#of(instrument);
    const known = primed.get(interval) ?? new Map<number, PrimedBar>();
    for (const bar of bars) known.set(bar.openTime, bar);
    primed.set(interval, known);
  }

  pricedIn(instrument: string, quote: string): void {
    this.#of(instrument).quote = quote;
  }

  /** Those that have candles, by name. */
  take(): readonly BacktestInstrument[] {
    const taken = [...this.#instruments].filter(([, { tape }]) => tape.count > 0);
    taken.sort(([one], [other]) => (one < other ? -1 : 1));
    return taken.map(([instrument, { tape, primed, quote }]) => {
      const ascending = [...primed].map(
        ([interval, bars]) =>
          [interval, [...bars.values()].sort((one, other) => one.openTime - other.openTime)] as const,
      );
      return { instrument, quote, tape, primed: new Map(ascending) };
    });
  }

  #of(instrument: string): Collected {
    let known = this.#instruments.get(instrument);
    if (known === undefined) {
      known = { tape: new CandleTape(), primed: new Map(), quote: undefined };
      this.#instruments.set(instrument, known);
    }
    return known;
  }
}
