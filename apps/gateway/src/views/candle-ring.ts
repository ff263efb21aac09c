/** A one-minute candle as the gateway keeps it. */
export interface MinuteCandle {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
}

const FIELDS = 7;

/** The newest candles of one instrument in one typed array: 56 bytes each, no objects until they are read. */
export class CandleRing {
  readonly #capacity: number;
  #numbers: Float64Array;
  #first = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    // Grows by doubling: an instrument with an hour of history does not pay for a day.
    this.#numbers = new Float64Array(Math.min(64, capacity) * FIELDS);
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a newer candle, replaces one of the same minute, and leaves out one older than what is kept. */
  put(candle: MinuteCandle): void {
    if (this.#length === 0 || candle.openTime > this.openTimeAt(this.#length - 1)) {
      if (this.#length === this.#capacity) this.#first = (this.#first + 1) % this.#capacity;
      else this.#length++;
      this.#grow();
      this.#write(this.#length - 1, candle);
      return;
    }
    this.replace(candle);
  }

  /** A minute that is not kept stays so. */
  replace(candle: MinuteCandle): void {
    const index = this.#indexFrom(candle.openTime);
    if (index < this.#length && this.openTimeAt(index) === candle.openTime) this.#write(index, candle);
  }

  /** Candles whose open time is at least `fromMs`, oldest first, at most `limit` (the newest). */
  since(fromMs: number, limit = this.#capacity): MinuteCandle[] {
    const begin = Math.max(this.#indexFrom(fromMs), this.#length - limit);
    return Array.from({ length: Math.max(0, this.#length - begin) }, (_, step) => this.#read(begin + step));
  }

  latest(limit: number): MinuteCandle[] {
    return this.since(Number.NEGATIVE_INFINITY, limit);
  }

  closes(limit: number): number[] {
    const begin = Math.max(0, this.#length - limit);
    return Array.from({ length: this.#length - begin }, (_, step) => this.#numbers[this.#at(begin + step) + 4] ?? 0);
  }

  openTimeAt(index: number): number {
    return this.#numbers[this.#at(index)] ?? Number.NaN;
  }

  /** First index whose open time is at least `openTime`. */
  #indexFrom(openTime: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.openTimeAt(middle) < openTime) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #at(index: number): number {
    return ((this.#first + index) % this.#capacity) * FIELDS;
  }

  #grow(): void {
    const needed = this.#length * FIELDS;
    if (needed <= this.#numbers.length) return;
    const wider = new Float64Array(Math.min(this.#capacity * FIELDS, this.#numbers.length * 2));
    wider.set(this.#numbers);
    this.#numbers = wider;
  }

  #write(index: number, candle: MinuteCandle): void {
    const at = this.#at(index);
    this.#numbers[at] = candle.openTime;
    this.#numbers[at + 1] = candle.open;
    this.#numbers[at + 2] = candle.high;
    this.#numbers[at + 3] = candle.low;
    this.#numbers[at + 4] = candle.close;
    this.#numbers[at + 5] = candle.volume;
    this.#numbers[at + 6] = candle.quoteVolume;
  }

  #read(index: number): MinuteCandle {
    const at = this.#at(index);
    const [openTime = 0, open = 0, high = 0, low = 0, close = 0, volume = 0, quoteVolume = 0] = this.#numbers.subarray(
      at,
      at + FIELDS,
    );
    return { openTime, open, high, low, close, volume, quoteVolume };
  }
}
