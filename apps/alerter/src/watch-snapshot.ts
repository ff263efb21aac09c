/**
 * State of one instrument as bytes: lengths, the engine's text, then the newest closed minute as its event. Compressed, for of ten
 * thousand rules that fired on an instrument the text alone has more than the megabyte that a broker takes.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { decodeAs, encodeEvent } from '@screener/events';
import type { ClosedMinute, RuleEngine, WatchSnapshot } from '@screener/rules';

/** Of those before 3 nothing can be made: they have no candles and no minute before. 4: compressed. */
export const snapshotVersion = 4;

/** Length of the text, and the minute that was over (NaN: none). */
const HEAD_BYTES = 12;

export function writeWatch(engine: RuleEngine, instrument: string): Uint8Array {
  const snapshot = engine.snapshot(instrument);
  if (snapshot === undefined) throw new RangeError(`no state of ${instrument}`);
  const { state, over, newest } = snapshot;
  const text = Buffer.from(state);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(text.length, 0);
  head.writeDoubleLE(over ?? Number.NaN, 4);
  return zstdCompressSync(Buffer.concat(newest === undefined ? [head, text] : [head, text, minuteBytes(newest)]));
}

export function readWatch(bytes: Uint8Array): WatchSnapshot {
  const all = zstdDecompressSync(bytes);
  const end = HEAD_BYTES + all.readUInt32LE(0);
  const over = all.readDoubleLE(4);
  return {
    state: all.toString('utf8', HEAD_BYTES, end),
    over: Number.isNaN(over) ? undefined : over,
    newest: end < all.length ? decodeAs('MetricsClosed', all.subarray(end)) : undefined,
  };
}

/** What another version wrote, as this one reads it: 3 was the same without compression. */
export const migrateWatch = (version: number, bytes: Uint8Array): Uint8Array | undefined =>
  version === 3 ? zstdCompressSync(bytes) : undefined;

/** As a snapshot of any version that can be read says it; undefined: of the others. */
export function watchOfVersion(version: number, bytes: Uint8Array): WatchSnapshot | undefined {
  const current = version === snapshotVersion ? bytes : migrateWatch(version, bytes);
  return current && readWatch(current);
}

const minuteBytes = ({ instrument, openTime, price, windows, indicators = [], statistics }: ClosedMinute): Uint8Array =>
  encodeEvent('MetricsClosed', { instrument, openTime, price, windows, indicators, statistics });
