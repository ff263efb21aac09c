/** Bytes of snapshots, one after the other. */

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
