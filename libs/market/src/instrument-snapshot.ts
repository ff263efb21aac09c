import { type CandleInProgress, MINUTE_MS } from './candle.ts';
import { ByteReader, ByteWriter, readColumn, writeColumn } from './column-codec.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { type RingColumn, ringColumns } from './minute-ring.ts';
import type { RollingWindows } from './rolling-windows.ts';

/** Version of the bytes below; a new one comes with a migration or a rebuild from the log. */
export const INSTRUMENT_SNAPSHOT_VERSION = 1;

/** The bytes are not a snapshot that this version can continue from: the state has to come from the log. */
export class SnapshotUnreadable extends Error {
  override readonly name = 'SnapshotUnreadable';
  readonly reason: string;
  constructor(reason: string, options?: ErrorOptions) {
    super(`unreadable snapshot: ${reason}`, options);
    this.reason = reason;
  }
}

/** Closed candles and what indicators remember; windows, sums and queues follow from the candles. */
export function writeSnapshot(windows: RollingWindows, layout: string, memory: Float64Array): Uint8Array {
  const { ring } = windows;
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
  for (const name of ringColumns) {
    const column = ring.columns[name];
    writeColumn(
      writer,
      Float64Array.from(slots, (slot) => column[slot] as number),
    );
  }
  for (const number of memory) writer.double(number);
  return writer.finish();
}

/** Fills windows that are still empty, and the indicators' memory. */
export function readSnapshot(bytes: Uint8Array, windows: RollingWindows, layout: string, memory: Float64Array): void {
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
    readMinutes(reader, windows);
    for (let index = 0; index < memory.length; index++) memory[index] = reader.double();
  } catch (cause) {
    if (cause instanceof SnapshotUnreadable) throw cause;
    throw new SnapshotUnreadable('it is damaged', { cause });
  }
  if (reader.left !== 0) throw new SnapshotUnreadable(`${reader.left} bytes follow its end`);
}

function readMinutes(reader: ByteReader, windows: RollingWindows): void {
  const newest = reader.double();
  const present: boolean[] = [];
  for (let at = 0; at < WINDOW_MINUTES_MAX; at += 8) {
    const bits = reader.byte();
    for (let bit = 0; bit < 8; bit++) present.push(((bits >> bit) & 1) === 1);
  }
  const count = present.filter(Boolean).length;
  const columns = {} as Record<RingColumn, Float64Array>;
  for (const name of ringColumns) {
    columns[name] = new Float64Array(count);
    readColumn(reader, columns[name]);
  }
  if (newest < 0) return;
  let next = 0;
  for (const [at, isPresent] of present.entries()) {
    const minute = newest - WINDOW_MINUTES_MAX + 1 + at;
    if (minute < 0) continue;
    if (isPresent) windows.append(minute, candleAt(columns, next++, minute));
    else windows.appendHole(minute);
  }
}

function candleAt(columns: Record<RingColumn, Float64Array>, index: number, minute: number): CandleInProgress {
  const at = (name: RingColumn): number => columns[name][index] as number;
  return {
    openTime: minute * MINUTE_MS,
    open: at('open'),
    high: at('high'),
    low: at('low'),
    close: at('close'),
    volume: at('volume'),
    quoteVolume: at('quoteVolume'),
    trades: at('trades'),
    takerBuyQuoteVolume: at('takerBuyQuoteVolume'),
  };
}
