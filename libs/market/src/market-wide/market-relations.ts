/** How instruments move with Bitcoin: their returns of the last day, minute by minute as rows tell them. */
import { MINUTE_MS } from '../candle.ts';
import { MINUTES_AHEAD_MAX, type Relation, ReturnHistory } from '../statistics/return-history.ts';
import type { InstrumentMeasured } from './measure-instrument.ts';

/** No row may be so far ahead of a minute that is still to be closed that the day before that minute is gone. */
export const marketAheadMsMax = MINUTES_AHEAD_MAX * MINUTE_MS;

export class MarketRelations {
  readonly #histories = new Map<string, ReturnHistory>();

  /** `fresh`: false where the history of the instrument has this row already. */
  rows(openTime: number, rows: readonly InstrumentMeasured[], fresh: (instrument: string) => boolean): void {
    for (const { instrument, price } of rows) {
      if (!fresh(instrument)) continue;
      let history = this.#histories.get(instrument);
      if (history === undefined) {
        history = new ReturnHistory();
        this.#histories.set(instrument, history);
      }
      history.push(openTime / MINUTE_MS, price);
    }
  }

  relation(instrument: string, leader: string, openTime: number): Relation | undefined {
    const other = this.#histories.get(leader);
    return other && this.#histories.get(instrument)?.relationTo(other, openTime / MINUTE_MS);
  }

  instruments(): Iterable<string> {
    return this.#histories.keys();
  }

  snapshot(instrument: string): Uint8Array {
    const history = this.#histories.get(instrument);
    if (history === undefined) throw new RangeError(`no returns of ${instrument}`);
    return history.toBytes();
  }

  restore(instrument: string, bytes: Uint8Array): void {
    this.#histories.set(instrument, ReturnHistory.fromBytes(bytes));
  }
}
