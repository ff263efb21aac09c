import { ByteReader, ByteWriter } from './byte-codec.ts';
import { readBlocks, readColumn, writeBlocks, writeColumn } from './column-codec.ts';
import type { InstrumentFold } from './instrument-fold.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { candleAt, SLOT_LENGTH } from './minute-ring.ts';
import { PrimedBars, primedColumns } from './primed-bars.ts';
import type { RollingWindows } from './rolling-windows.ts';

/** Version of the bytes below; a new one comes with a migration or a rebuild from the log. */
export const INSTRUMENT_SNAPSHOT_VERSION = 2;

/** The bytes are not a snapshot that this version can continue from: the state has to come from the log. */
export class SnapshotUnreadable extends Error {
  override readonly name = 'SnapshotUnreadable';
  readonly reason: string;
  constructor(reason: string, options?: ErrorOptions) {
    super(`unreadable snapshot: ${reason}`, options);
    this.reason = reason;
  }
}

/** Candles, what indicators remember, and what a correction needs; windows, sums, queues and statistics follow from the candles. */
export function writeSnapshot(layout: string, fold: InstrumentFold, primed: PrimedBars | undefined): Uint8Array {
  const { ring } = fold.windows;
  const writer = new ByteWriter();
  writer.byte(INSTRUMENT_SNAPSHOT_VERSION);
  writer.whole(layout.length);
  for (const character of layout) writer.byte(character.charCodeAt(0));
  writer.double(ring.newest);
  const slots: number[] = [];
  for (let at = 0; at < WINDOW_MINUTES_MAX; at += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) {
      const minute = ring.newest - WINDOW_MINUTES_MAX + 1 + at + bit;
      if (!ring.has(minute)) continue;
      bits |= 1 << bit;
      slots.push(ring.slot(minute));
    }
    writer.byte(bits);
  }
  const column = new Float64Array(slots.length);
  for (let place = 0; place < SLOT_LENGTH; place++) {
    // Written out: `Float64Array.from` with a function takes as long as all the rest of a snapshot.
    for (let index = 0; index < column.length; index++)
      column[index] = ring.values[(slots[index] as number) + place] as number;
    writeColumn(writer, column);
  }
  writeBlocks(writer, fold.indicators.memory);
  fold.archive.writeTo(writer);
  fold.checkpoints.writeTo(writer);
  writePrimed(writer, primed);
  return writer.finish();
}

/** Fills a fold that is still empty; returns what is primed and has not begun. */
export function readSnapshot(bytes: Uint8Array, layout: string, fold: InstrumentFold): PrimedBars | undefined {
  const reader = new ByteReader(bytes);
  try {
    const version = reader.byte();
    if (version !== INSTRUMENT_SNAPSHOT_VERSION) {
      throw new SnapshotUnreadable(`version ${version}, expected ${INSTRUMENT_SNAPSHOT_VERSION}`);
    }
    const written = Array.from({ length: reader.whole() }, () => String.fromCharCode(reader.byte())).join('');
    if (written !== layout) {
      throw new SnapshotUnreadable(`it holds the indicators '${written}', expected '${layout}'`);
    }
    readMinutes(reader, fold.windows);
    fold.statistics?.rebuild();
    readBlocks(reader, fold.indicators.memory);
    fold.indicators.memoryRestored(fold.windows.ring.newest);
    fold.archive.readFrom(reader);
    fold.checkpoints.readFrom(reader);
    const primed = readPrimed(reader);
    if (reader.left !== 0) throw new SnapshotUnreadable(`${reader.left} bytes follow its end`);
    return primed;
  } catch (cause) {
    if (cause instanceof SnapshotUnreadable) throw cause;
    throw new SnapshotUnreadable('it is damaged', { cause });
  }
}

function readMinutes(reader: ByteReader, windows: RollingWindows): void {
  const newest = reader.double();
  const present: boolean[] = [];
  for (let at = 0; at < WINDOW_MINUTES_MAX; at += 8) {
    const bits = reader.byte();
    for (let bit = 0; bit < 8; bit++) present.push(((bits >> bit) & 1) === 1);
  }
  const count = present.filter(Boolean).length;
  const values = new Float64Array(count * SLOT_LENGTH);
  const column = new Float64Array(count);
  for (let place = 0; place < SLOT_LENGTH; place++) {
    readColumn(reader, column);
    for (let index = 0; index < count; index++) values[index * SLOT_LENGTH + place] = column[index] as number;
  }
  if (newest < 0) return;
  let next = 0;
  for (const [at, isPresent] of present.entries()) {
    const minute = newest - WINDOW_MINUTES_MAX + 1 + at;
    if (minute < 0) continue;
    if (isPresent) windows.append(minute, candleAt(values, next++ * SLOT_LENGTH, minute));
    else windows.appendHole(minute);
  }
}

function writePrimed(writer: ByteWriter, primed: PrimedBars | undefined): void {
  writer.whole(primed?.byMinutes.size ?? 0);
  for (const [minutes, bars] of primed?.byMinutes ?? []) {
    writer.whole(minutes);
    writer.whole(bars.length);
    for (const name of primedColumns) {
      writeColumn(
        writer,
        Float64Array.from(bars, (bar) => bar[name]),
      );
    }
  }
}

function readPrimed(reader: ByteReader): PrimedBars | undefined {
  const lengths = reader.whole();
  if (lengths === 0) return undefined;
  const primed = new PrimedBars();
  for (let left = lengths; left > 0; left--) {
    const minutes = reader.whole();
    const count = reader.whole();
    // A column has a byte per bar at least.
    if (count > reader.left) throw new RangeError(`${count} bars in ${reader.left} bytes`);
    const [openTime, open, high, low, close, volume, quoteVolume] = primedColumns.map(() => {
      const column = new Float64Array(count);
      readColumn(reader, column);
      return column;
    }) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const bars = Array.from({ length: count }, (_, index) => {
      const at = (column: Float64Array): number => column[index] as number;
      const prices = { open: at(open), high: at(high), low: at(low), close: at(close) };
      return { openTime: at(openTime), ...prices, volume: at(volume), quoteVolume: at(quoteVolume) };
    });
    primed.byMinutes.set(minutes, bars);
  }
  return primed;
}
