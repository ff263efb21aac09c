import { ByteReader, ByteWriter } from '../byte-codec.ts';
import { WINDOW_MINUTES_MAX } from '../interval.ts';
import { logReturnParts } from './log-return.ts';

const SIZE = 2_048;
const NONE = -(2 ** 31);
const VERSION = 1;

/** So many minutes ahead of the one that is asked for a history may be, and still have the whole day before it. */
export const MINUTES_AHEAD_MAX = SIZE - WINDOW_MINUTES_MAX;

/** One-minute log returns of an instrument over more than a day, in parts, made of its prices. */
export class ReturnHistory {
  readonly #parts = new Int32Array(SIZE).fill(NONE);
  #newest = -1;
  #price = 0;

  /** Price at the end of the minute; one that is not after the newest changes nothing. */
  push(minute: number, price: number): void {
    if (minute <= this.#newest) return;
    const isNext = this.#newest >= 0 && minute === this.#newest + 1;
    // Of more than a round all slots are left behind: one round empties them.
    const from = Math.max(this.#newest + 1, minute - SIZE + 1);
    for (let skipped = from; skipped < minute; skipped++) this.#parts[skipped % SIZE] = NONE;
    this.#parts[minute % SIZE] = isNext ? logReturnParts(price, this.#price) : NONE;
    this.#newest = minute;
    this.#price = price;
  }

  /** Bit for bit, a few bytes a minute. */
  toBytes(): Uint8Array {
    const writer = new ByteWriter();
    writer.byte(VERSION);
    writer.whole(this.#newest + 1);
    writer.double(this.#price);
    for (const parts of this.#parts) {
      // 0 says that there is none.
      if (parts === NONE) writer.whole(0);
      else writer.whole(parts < 0 ? -2 * parts : 2 * parts + 1);
    }
    return writer.finish();
  }

  /** Throws a RangeError where these are not such bytes. */
  static fromBytes(bytes: Uint8Array): ReturnHistory {
    const reader = new ByteReader(bytes);
    const version = reader.byte();
    if (version !== VERSION) throw new RangeError(`returns of version ${version}, expected ${VERSION}`);
    const history = new ReturnHistory();
    history.#newest = reader.whole() - 1;
    history.#price = reader.double();
    for (let slot = 0; slot < SIZE; slot++) {
      const folded = reader.whole();
      if (folded !== 0) history.#parts[slot] = folded % 2 === 1 ? (folded - 1) / 2 : -folded / 2;
    }
    if (reader.left !== 0) throw new RangeError(`${reader.left} bytes follow the returns`);
    return history;
  }

  /** How this instrument has moved with the other over the last day up to the minute. */
  relationTo(other: ReturnHistory, minute: number): Relation | undefined {
    let pairs = 0;
    let own = 0;
    let ownSquares = 0;
    let others = 0;
    let otherSquares = 0;
    let products = 0;
    const newest = Math.min(minute, this.#newest, other.#newest);
    const oldest = Math.max(minute - WINDOW_MINUTES_MAX, this.#newest - SIZE, other.#newest - SIZE, -1) + 1;
    for (let each = oldest; each <= newest; each++) {
      const slot = each % SIZE;
      const x = this.#parts[slot] as number;
      const y = other.#parts[slot] as number;
      if (x === NONE || y === NONE) continue;
      // Whole numbers below 2^53, all of them: exact, whatever the order.
      pairs++;
      own += x;
      others += y;
      ownSquares += x * x;
      otherSquares += y * y;
      products += x * y;
    }
    if (pairs < PAIRS_MIN) return undefined;
    const covariance = products - (own * others) / pairs;
    const variance = ownSquares - (own * own) / pairs;
    const otherVariance = otherSquares - (others * others) / pairs;
    if (!(otherVariance > 0)) return undefined;
    const correlation = covariance / Math.sqrt(variance * otherVariance);
    return {
      beta: Math.fround(covariance / otherVariance),
      correlation: variance > 0 ? Math.fround(Math.min(1, Math.max(-1, correlation))) : undefined,
    };
  }
}

/** So many of the last 1,440 minutes must have a return of both: a few gaps do not take a day's judgement away. */
const PAIRS_MIN = 1_296;

export interface Relation {
  /** By how many percent it moves where the other moves by one: covariance / variance of the other. In single precision. */
  readonly beta: number;
  /** −1 to 1; absent where its price did not move. In single precision. */
  readonly correlation: number | undefined;
}

/** What of a change the other's does not explain, in percent: change − beta × change of the other. In single precision. */
export const relativeStrength = (change: number, beta: number, otherChange: number): number =>
  Math.fround(change - beta * otherChange);
