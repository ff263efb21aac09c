/**
 * A column of doubles as few bytes, bit for bit. Market data are decimals: where every value is a whole number divided by
 * one power of ten, the differences of those whole numbers are written, else the doubles themselves.
 */

const DECIMALS_MAX = 15;
const RAW = 255;
/** Twice the difference of two such numbers is still a whole number that a double holds. */
const WHOLE_MAX = 2 ** 50;

const powers = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10 ** decimals);

/** Grows as needed. */
export class ByteWriter {
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  byte(value: number): void {
    if (this.#end + 8 > this.#bytes.length) this.#grow();
    this.#bytes[this.#end++] = value;
  }

  double(value: number): void {
    if (this.#end + 8 > this.#bytes.length) this.#grow();
    this.#view.setFloat64(this.#end, value, true);
    this.#end += 8;
  }

  /** A whole number from 0 to 2^53, seven bits a byte. */
  whole(value: number): void {
    if (this.#end + 8 > this.#bytes.length) this.#grow();
    const bytes = this.#bytes;
    let end = this.#end;
    let rest = value;
    // Beyond 32 bits shifts do not reach.
    while (rest >= 2 ** 31) {
      bytes[end++] = 128 + (rest % 128);
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[end++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[end++] = rest;
    this.#end = end;
  }

  bytes(bytes: Uint8Array): void {
    while (this.#end + bytes.length + 8 > this.#bytes.length) this.#grow();
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Begins again; what was finished before stays as it is. */
  clear(): void {
    this.#end = 0;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  double(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  whole(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
      if (scale > 2 ** 53) throw new RangeError('a number is too long');
    }
  }

  /** A view of the next so many. */
  bytes(length: number): Uint8Array {
    if (length > this.left) throw new RangeError(`${length} bytes, where ${this.left} are left`);
    const from = this.#view.byteOffset + this.#at;
    this.#at += length;
    return new Uint8Array(this.#view.buffer, from, length);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }
}

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
  const whole = Math.round(value * power);
  return Math.abs(whole) < WHOLE_MAX && Object.is(whole / power, value);
}

export function writeColumn(writer: ByteWriter, values: Float64Array): void {
  const decimals = decimalsOf(values);
  writer.byte(decimals ?? RAW);
  if (decimals === undefined) {
    for (const value of values) writer.double(value);
    return;
  }
  const power = powers[decimals] as number;
  let previous = 0;
  for (const value of values) {
    const whole = Math.round(value * power);
    const difference = whole - previous;
    previous = whole;
    writer.whole(difference < 0 ? -2 * difference - 1 : 2 * difference);
  }
}

export function readColumn(reader: ByteReader, values: Float64Array): void {
  const decimals = reader.byte();
  if (decimals === RAW) {
    for (let index = 0; index < values.length; index++) values[index] = reader.double();
    return;
  }
  const power = powers[decimals];
  if (power === undefined) throw new RangeError(`a column of ${decimals} decimals`);
  let whole = 0;
  for (let index = 0; index < values.length; index++) {
    const folded = reader.whole();
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
