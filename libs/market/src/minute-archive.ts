import { ByteReader, ByteWriter } from './byte-codec.ts';
import { readColumn, writeColumn } from './column-codec.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { type MinuteRing, OPEN, SLOT_LENGTH } from './minute-ring.ts';

const HOUR = 60;
/** What leaves the ring is kept for another day: 24 whole hours and the one that the ring is leaving. */
const HOURS_MAX = 25;

/** Room for hours that are a little longer, so that a steady market needs no new memory. */
const SLACK = 1.01;

/** The numbers of an hour's minutes, slot by slot as in the ring; an open of 0 is a hole. */
const hourValues = new Float64Array(HOUR * SLOT_LENGTH);

/**
 * The candles of the day before the ring's, compressed by the hour. Only corrections read them: a window that ended within the
 * ring's day may have begun in this one.
 */
export class MinuteArchive {
  /** Ascending; an hour without any candle is not among them. */
  #hours: number[] = [];
  /** Of the same hours: bytes that each takes, one after the other from the beginning of `#bytes`. */
  #lengths: number[] = [];
  #bytes = new Uint8Array(0);

  /** Before the ring overwrites its oldest minute with `entering`: an hour that begins to fall out of it is kept. */
  ringAdvances(ring: MinuteRing, entering: number): void {
    const oldest = entering - WINDOW_MINUTES_MAX;
    if (oldest < 0 || oldest % HOUR !== 0) return;
    hourValues.fill(0);
    for (let index = 0; index < HOUR; index++) {
      if (ring.has(oldest + index)) ring.copySlot(oldest + index, hourValues, index * SLOT_LENGTH);
    }
    this.#put(oldest / HOUR);
  }

  /** The ring goes on with `entering` after more holes than it has minutes: what it leaves are holes. */
  ringJumps(entering: number): void {
    hourValues.fill(0);
    this.#put(Math.floor((entering - WINDOW_MINUTES_MAX) / HOUR));
  }

  /** Fills `values` with the candles from the minute `from` on, slot by slot; what is not there stays as it is. */
  copyInto(values: Float64Array, from: number): void {
    let at = 0;
    for (const [each, hour] of this.#hours.entries()) {
      const length = this.#lengths[each] as number;
      decodeHour(this.#bytes.subarray(at, at + length));
      at += length;
      for (let index = 0; index < HOUR; index++) {
        const place = (hour * HOUR + index - from) * SLOT_LENGTH;
        if (place < 0 || place >= values.length || hourValues[index * SLOT_LENGTH + OPEN] === 0) continue;
        values.set(hourValues.subarray(index * SLOT_LENGTH, (index + 1) * SLOT_LENGTH), place);
      }
    }
  }

  /** A copy of the hours before that minute, which begins an hour. */
  before(minute: number): MinuteArchive {
    const copy = new MinuteArchive();
    const hours = this.#hours.filter((hour) => hour * HOUR < minute).length;
    copy.#hours = this.#hours.slice(0, hours);
    copy.#lengths = this.#lengths.slice(0, hours);
    copy.#bytes = this.#bytes.slice(0, sumOf(copy.#lengths));
    return copy;
  }

  writeTo(to: ByteWriter): void {
    to.whole(this.#hours.length);
    for (const [each, hour] of this.#hours.entries()) {
      to.whole(hour);
      to.whole(this.#lengths[each] as number);
    }
    to.bytes(this.#bytes.subarray(0, sumOf(this.#lengths)));
  }

  readFrom(reader: ByteReader): void {
    const hours = reader.whole();
    if (hours > HOURS_MAX) throw new RangeError(`${hours} hours are archived, expected at most ${HOURS_MAX}`);
    for (let left = hours; left > 0; left--) {
      this.#hours.push(reader.whole());
      this.#lengths.push(reader.whole());
    }
    this.#bytes = reader.bytes(sumOf(this.#lengths)).slice();
  }

  /** The hour in `hourValues` comes after all others; what is too old goes. */
  #put(hour: number): void {
    const encoded = encodeHour();
    const tooOld = this.#hours.filter((each) => each <= hour - HOURS_MAX).length;
    const used = sumOf(this.#lengths);
    this.#hours.splice(0, tooOld);
    const dropped = sumOf(this.#lengths.splice(0, tooOld));
    const before = this.#bytes;
    const left = used - dropped;
    // Room for a whole day at once, should its hours be as long as those that are known.
    const needed = ((left + encoded.length) / (this.#hours.length + 1)) * HOURS_MAX;
    if (left + encoded.length > before.length) this.#bytes = new Uint8Array(Math.ceil(needed * SLACK));
    this.#bytes.set(before.subarray(dropped, used));
    this.#bytes.set(encoded, left);
    if (encoded.length === 0) return;
    this.#hours.push(hour);
    this.#lengths.push(encoded.length);
  }
}

const sumOf = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length, 0);

const writer = new ByteWriter();
const column = new Float64Array(HOUR);

/** Nothing for an hour of holes. */
function encodeHour(): Uint8Array {
  let count = 0;
  for (let index = 0; index < HOUR; index++) if (hourValues[index * SLOT_LENGTH + OPEN] !== 0) count++;
  if (count === 0) return new Uint8Array(0);
  writer.clear();
  writer.whole(count);
  for (let place = 0; place < SLOT_LENGTH; place++) {
    let to = 0;
    for (let index = 0; index < HOUR; index++) {
      const at = index * SLOT_LENGTH;
      if (hourValues[at + OPEN] === 0) continue;
      // A whole hour needs no list of its minutes.
      if (place === 0 && count < HOUR) writer.byte(index);
      column[to++] = hourValues[at + place] as number;
    }
    writeColumn(writer, count === HOUR ? column : column.subarray(0, count));
  }
  return writer.finish();
}

function decodeHour(bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  const count = reader.whole();
  const present = Array.from({ length: count }, (_, index) => (count < HOUR ? reader.byte() : index));
  hourValues.fill(0);
  const column = new Float64Array(count);
  for (let place = 0; place < SLOT_LENGTH; place++) {
    readColumn(reader, column);
    for (let index = 0; index < count; index++) {
      hourValues[(present[index] as number) * SLOT_LENGTH + place] = column[index] as number;
    }
  }
}
