import { ByteReader, ByteWriter, readColumn, writeColumn } from './column-codec.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { type MinuteRing, OPEN, SLOT_LENGTH } from './minute-ring.ts';

const HOUR = 60;
/** What leaves the ring is kept for another day: 24 whole hours and the one that the ring is leaving. */
const HOURS_MAX = 25;

interface ArchivedHour {
  readonly hour: number;
  readonly length: number;
}

/** The numbers of an hour's minutes, slot by slot as in the ring; an open of 0 is a hole. */
const hourValues = new Float64Array(HOUR * SLOT_LENGTH);

/**
 * The candles of the day before the ring's, compressed by the hour. Only corrections read them: a window that ended within the
 * ring's day may have begun in this one.
 */
export class MinuteArchive {
  /** Ascending; an hour without any candle is not among them. */
  #hours: ArchivedHour[] = [];
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
    for (const { hour, length } of this.#hours) {
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
    copy.#hours = this.#hours.filter(({ hour }) => hour * HOUR < minute);
    copy.#bytes = this.#bytes.slice(0, lengthOf(copy.#hours));
    return copy;
  }

  writeTo(writer: ByteWriter): void {
    writer.whole(this.#hours.length);
    for (const { hour, length } of this.#hours) {
      writer.whole(hour);
      writer.whole(length);
    }
    writer.bytes(this.#bytes);
  }

  readFrom(reader: ByteReader): void {
    const hours: ArchivedHour[] = [];
    for (let left = reader.whole(); left > 0; left--) hours.push({ hour: reader.whole(), length: reader.whole() });
    this.#hours = hours;
    this.#bytes = reader.bytes(lengthOf(hours)).slice();
  }

  /** The hour in `hourValues` comes after all others; what is too old goes. */
  #put(hour: number): void {
    const encoded = encodeHour();
    const kept = this.#hours.filter((each) => each.hour > hour - HOURS_MAX);
    const left = this.#bytes.subarray(this.#bytes.length - lengthOf(kept));
    this.#bytes = new Uint8Array(left.length + encoded.length);
    this.#bytes.set(left);
    this.#bytes.set(encoded, left.length);
    this.#hours = encoded.length === 0 ? kept : [...kept, { hour, length: encoded.length }];
  }
}

const lengthOf = (hours: readonly ArchivedHour[]): number => hours.reduce((sum, { length }) => sum + length, 0);

/** Nothing for an hour of holes. */
function encodeHour(): Uint8Array {
  const writer = new ByteWriter();
  const present: number[] = [];
  for (let index = 0; index < HOUR; index++) if (hourValues[index * SLOT_LENGTH + OPEN] !== 0) present.push(index);
  if (present.length === 0) return new Uint8Array(0);
  writer.whole(present.length);
  // A whole hour needs no list of its minutes.
  if (present.length < HOUR) for (const index of present) writer.byte(index);
  for (let place = 0; place < SLOT_LENGTH; place++) {
    writeColumn(
      writer,
      Float64Array.from(present, (index) => hourValues[index * SLOT_LENGTH + place] as number),
    );
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
