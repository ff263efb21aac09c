/** Whole numbers in as many bits as the largest of them needs. */
import type { ByteReader, ByteWriter } from './byte-codec.ts';

/** With seven more that are left of the number before, they are still a whole number that a double holds. */
const PACKED_BITS_MAX = 45;

/** Of the largest from `from` up to `to`; infinite where one is below 0. */
export function bitsOf(wholes: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let index = from; index < to; index++) {
    const whole = wholes[index] as number;
    if (whole < 0 || Object.is(whole, -0)) return Number.POSITIVE_INFINITY;
    if (whole > largest) largest = whole;
  }
  let bits = 0;
  for (let power = 1; power <= largest; power *= 2) bits++;
  return bits;
}

/** In bytes; infinite for numbers that cannot be packed. */
export const packedLength = (bits: number, count: number): number =>
  bits > PACKED_BITS_MAX ? Number.POSITIVE_INFINITY : 1 + Math.ceil((bits * count) / 8);

export function writePacked(writer: ByteWriter, wholes: Float64Array, from: number, to: number, bits: number): void {
  writer.byte(bits);
  let waiting = 0;
  let waitingBits = 0;
  for (let index = from; index < to; index++) {
    waiting += (wholes[index] as number) * 2 ** waitingBits;
    for (waitingBits += bits; waitingBits >= 8; waitingBits -= 8) {
      writer.byte(waiting % 256);
      waiting = Math.floor(waiting / 256);
    }
  }
  if (waitingBits > 0) writer.byte(waiting);
}

/** Fills what comes from `from` on. */
export function readPacked(reader: ByteReader, wholes: Float64Array, from: number): void {
  const bits = reader.byte();
  if (bits > PACKED_BITS_MAX) throw new RangeError(`numbers of ${bits} bits`);
  const scale = 2 ** bits;
  let waiting = 0;
  let waitingBits = 0;
  for (let index = from; index < wholes.length; index++) {
    for (; waitingBits < bits; waitingBits += 8) waiting += reader.byte() * 2 ** waitingBits;
    wholes[index] = waiting % scale;
    waiting = Math.floor(waiting / scale);
    waitingBits -= bits;
  }
}
