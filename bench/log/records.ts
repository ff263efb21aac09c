/** What the benchmarks write: the same records on every side, and what tells whether the same records came out. */
import { crc32 } from 'node:zlib';

export interface BenchRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly timestamp: number;
}

const instruments = 500;
/** 2025-01-01, so that a run does not depend on the day. */
export const startTimeMs = 1_735_689_600_000;

export const instrumentOf = (index: number): string => `binance:usdm:COIN${index % instruments}USDT`;

/** Numbered records of so many bytes, all in one minute unless `minute` moves on. The number stands in the first 8 bytes. */
export function benchRecord(index: number, bytes: number, minute = 0): BenchRecord {
  const value = Buffer.allocUnsafe(bytes);
  value.writeDoubleLE(index, 0);
  // Neither all zeros nor random: like numbers of a market it compresses somewhat.
  for (let place = 8; place < bytes; place += 1) value[place] = (index * 31 + place * place) & 0xff;
  return { key: instrumentOf(index), value, timestamp: startTimeMs + minute * 60_000 };
}

/** So many batches are made beforehand and written again and again: what is measured is not how records are made. */
const distinctBatches = 50;

export const preparedBatches = (batchRecords: number, bytes: number): readonly (readonly BenchRecord[])[] =>
  Array.from({ length: distinctBatches }, (_, batch) =>
    Array.from({ length: batchRecords }, (__, index) => benchRecord(batch * batchRecords + index, bytes)),
  );

export const indexOf = (value: Uint8Array): number =>
  new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat64(0, true);

/** The transformation that all processors do: small, but the output is not the input. */
export function transformed(value: Uint8Array): Buffer {
  const copy = Buffer.from(value);
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 0xff;
  return copy;
}

/** Equal exactly when the same records came in the same order per key, none missing, none twice. */
export class KeyedDigest {
  readonly #chains = new Map<string, number>();
  #count = 0;

  add(key: string, value: Uint8Array): void {
    this.#count += 1;
    this.#chains.set(key, crc32(value, this.#chains.get(key) ?? 0));
  }

  get count(): number {
    return this.#count;
  }

  toString(): string {
    let sum = 0;
    for (const [key, chain] of this.#chains) sum = (sum + crc32(`${key}=${chain}`)) % Number.MAX_SAFE_INTEGER;
    return `${this.#count} records of ${this.#chains.size} keys, digest ${sum.toString(16)}`;
  }
}
