/**
 * A column of doubles as few bytes, bit for bit. Market data are decimals: where every value is a whole number divided by
 * one power of ten, those whole numbers are written, in the shortest of three ways; else the doubles themselves.
 */
import type { ByteReader, ByteWriter } from './byte-codec.ts';
import { bitsOf, packedLength, readPacked, writePacked } from './packed-bits.ts';

const DECIMALS_MAX = 15;
/** Twice the difference of two such numbers is still a whole number that a double holds. */
const WHOLE_MAX = 2 ** 50;

// The first byte is the number of decimals and one of these, or RAW.
/** Each number's difference from the one before, seven bits a byte: what is near the one before, but for some. */
const DIFFERENCES = 0;
/** The numbers themselves, each in as many bits as the largest needs: volumes, which have little to do with each other. */
const PACKED = 16;
/** The first number, then the differences in as many bits as the largest needs: prices of a quiet hour. */
const PACKED_DIFFERENCES = 32;
const RAW = 255;

const powers = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10 ** decimals);

/** Fewest decimals that hold every value exactly; undefined when none do. */
function decimalsOf(values: Float64Array): number | undefined {
  let decimals = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    while (!fits(value, decimals)) {
      if (++decimals > DECIMALS_MAX) return undefined;
      // Earlier values fit fewer decimals; with more they may pass the limit of whole numbers.
      index = -1;
      break;
    }
  }
  return decimals;
}

function fits(value: number, decimals: number): boolean {
  const power = powers[decimals] as number;
  // -0 is no whole number here: of differences its sign would be lost.
  const whole = Math.round(value * power) + 0;
  return Math.abs(whole) < WHOLE_MAX && Object.is(whole / power, value);
}

/** Of the column at hand. */
let wholes = new Float64Array(0);
let differences = new Float64Array(0);

/** Fills both; returns the bytes that the differences take, seven bits a byte. */
function takeWholes(values: Float64Array, power: number): number {
  if (wholes.length < values.length) {
    wholes = new Float64Array(values.length);
    differences = new Float64Array(values.length);
  }
  let previous = 0;
  let length = 0;
  for (let index = 0; index < values.length; index++) {
    const whole = Math.round((values[index] as number) * power);
    const difference = whole - previous;
    const folded = difference < 0 ? -2 * difference - 1 : 2 * difference;
    previous = whole;
    wholes[index] = whole;
    differences[index] = folded;
    length++;
    for (let rest = folded; rest >= 128; rest = Math.floor(rest / 128)) length++;
  }
  return length;
}

export function writeColumn(writer: ByteWriter, values: Float64Array): void {
  const decimals = decimalsOf(values);
  if (decimals === undefined) {
    writer.byte(RAW);
    for (const value of values) writer.double(value);
    return;
  }
  const length = takeWholes(values, powers[decimals] as number);
  const bits = bitsOf(wholes, 0, values.length);
  const differenceBits = bitsOf(differences, 1, values.length);
  const packed = packedLength(bits, values.length);
  // The first difference is the first number: it may take all the bytes that a whole number takes.
  const packedDifferences = 8 + packedLength(differenceBits, values.length - 1);
  if (packed < length && packed <= packedDifferences) {
    writer.byte(PACKED + decimals);
    writePacked(writer, wholes, 0, values.length, bits);
  } else if (packedDifferences < length) {
    writer.byte(PACKED_DIFFERENCES + decimals);
    writer.whole(differences[0] as number);
    writePacked(writer, differences, 1, values.length, differenceBits);
  } else {
    writer.byte(DIFFERENCES + decimals);
    for (let index = 0; index < values.length; index++) writer.whole(differences[index] as number);
  }
}

export function readColumn(reader: ByteReader, values: Float64Array): void {
  const kind = reader.byte();
  if (kind === RAW) {
    for (let index = 0; index < values.length; index++) values[index] = reader.double();
    return;
  }
  const power = powers[kind % 16];
  if (power === undefined || kind >= PACKED_DIFFERENCES + 16) throw new RangeError(`a column of kind ${kind}`);
  if (kind >= PACKED && kind < PACKED_DIFFERENCES) {
    readPacked(reader, values, 0);
    for (let index = 0; index < values.length; index++) values[index] = (values[index] as number) / power;
    return;
  }
  if (kind >= PACKED_DIFFERENCES) {
    values[0] = reader.whole();
    readPacked(reader, values, 1);
  } else for (let index = 0; index < values.length; index++) values[index] = reader.whole();
  let whole = 0;
  for (let index = 0; index < values.length; index++) {
    const folded = values[index] as number;
    whole += folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
    values[index] = whole / power;
  }
}

/** Numbers of several kinds: those next to each other are often alike. */
const BLOCK = 4;

export function writeBlocks(writer: ByteWriter, values: Float64Array): void {
  for (let at = 0; at < values.length; at += BLOCK) writeColumn(writer, values.subarray(at, at + BLOCK));
}

export function readBlocks(reader: ByteReader, values: Float64Array): void {
  for (let at = 0; at < values.length; at += BLOCK) readColumn(reader, values.subarray(at, at + BLOCK));
}
