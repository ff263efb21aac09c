/**
 * Makes of what the exchange answers an unbroken run of minutes: candles in order, a flat one for each minute that the
 * exchange does not have, a gap where it has one that cannot be read, nothing before the first candle there ever was. Pure.
 * Events are made as they are taken, so that `progress` always tells of those that were.
 */
import type { BackfillAdvanced, KlineClosed, KlineGap } from '@screener/events';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { Piece } from './stretches.ts';

export type HistoryEvent =
  | { readonly type: 'KlineClosed'; readonly event: KlineClosed }
  | { readonly type: 'KlineGap'; readonly event: KlineGap };

/** Rows of an answer that were refused: they are not absent. */
export interface Refused {
  /** Why, by open time. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Why, where a refused row does not even say which minute it is. */
  readonly unplaced: string | undefined;
}

export const nothingRefused: Refused = { reasons: new Map(), unplaced: undefined };

export class HistorySequence {
  readonly #instrument: string;
  readonly #from: number;
  readonly #to: number;
  #next: number;
  #close: number | null;
  #candles: number;
  #synthetic: number;

  constructor(instrument: string, { from, to, after }: Piece) {
    this.#instrument = instrument;
    this.#from = after?.from ?? from;
    this.#to = to;
    this.#next = from;
    this.#close = after?.close ?? null;
    this.#candles = after?.candles ?? 0;
    this.#synthetic = after?.synthetic ?? 0;
  }

  /** Open time of the next minute to come. */
  get next(): number {
    return this.#next;
  }

  /** Nothing is known of what came before: minutes without candles cannot be told from those before the listing. */
  get isBlank(): boolean {
    return this.#close === null;
  }

  /** The last price before the piece. */
  precededBy(close: number): void {
    this.#close ??= close;
  }

  /** Candles that ascend; those that were there before are left out. */
  *offer(candles: readonly Candle[], refused: Refused = nothingRefused): Generator<HistoryEvent> {
    for (const candle of candles) {
      if (candle.openTime < this.#next || candle.openTime >= this.#to) continue;
      yield* this.fill(candle.openTime, refused);
      this.#candles++;
      yield this.#closed({ ...candle, instrument: this.#instrument, source: 'rest' });
    }
  }

  /** All minutes before `until` that have not come. */
  *fill(until: number, { reasons, unplaced }: Refused = nothingRefused): Generator<HistoryEvent> {
    const [instrument, end] = [this.#instrument, Math.min(until, this.#to)];
    while (this.#next < end) {
      const openTime = this.#next;
      const close = this.#close;
      const reason = reasons.get(openTime) ?? (close === null ? undefined : unplaced);
      if (reason !== undefined) {
        this.#next += MINUTE_MS;
        yield { type: 'KlineGap', event: { instrument, openTime, reason } };
      } else if (close === null) {
        this.#next += MINUTE_MS;
      } else {
        this.#synthetic++;
        yield this.#closed(flat(instrument, openTime, close));
      }
    }
  }

  /** Nothing will ever come of what is left. */
  skipRest(): void {
    this.#next = Math.max(this.#next, this.#to);
  }

  progress(): BackfillAdvanced {
    return {
      instrument: this.#instrument,
      from: this.#from,
      to: this.#to,
      next: this.#next,
      close: this.#close,
      candles: this.#candles,
      synthetic: this.#synthetic,
    };
  }

  #closed(event: KlineClosed): HistoryEvent {
    this.#next = event.openTime + MINUTE_MS;
    this.#close = event.close;
    return { type: 'KlineClosed', event };
  }
}

const flat = (instrument: string, openTime: number, price: number): KlineClosed => ({
  ...{ instrument, openTime, open: price, high: price, low: price, close: price, source: 'synthetic' },
  ...{ volume: 0, quoteVolume: 0, trades: 0, takerBuyVolume: 0, takerBuyQuoteVolume: 0 },
});
