/**
 * Takes frames in their usual form from where they lie in what a connection gives, and leaves all other bytes to the WebSocket
 * library, as they came: what is a message, a sign of life, an end or an error stays its business. It cuts each frame out
 * and hands it on by way of several events, which costs more than all that is done with a candle.
 */
export interface UsualFramesOptions {
  /** A whole text from `begin` to `end`. False: it has another form. */
  readonly usual: (bytes: Buffer, begin: number, end: number) => boolean;
  /** To the library. */
  readonly pass: (bytes: Buffer) => void;
}

/** RFC 6455, 5.2: the last part of a text, without extensions. */
const wholeText = 0x81;
const lastPart = 0x80;
const kindBits = 0x0f;
const closing = 0x08;
const masked = 0x80;
const lengthBits = 0x7f;
/** This length and the next say in how many bytes the real one stands. */
const length16 = 126;
const headBytes = 2;
const headBytes16 = 4;
const headBytes64 = 10;
const maskBytes = 4;

export class UsualFrames {
  readonly #options: UsualFramesOptions;
  /** So much of a frame whose beginning was passed on is still to come. */
  #passing = 0;
  /** The beginning of a frame that does not even say how long it is. */
  #begun: Buffer | undefined;
  /** A message in several parts has begun. */
  #inParts = false;
  /** The other side has said goodbye: the library takes nothing after that. */
  #ending = false;

  constructor(options: UsualFramesOptions) {
    this.#options = options;
  }

  take(chunk: Buffer): void {
    const { usual } = this.#options;
    const bytes = this.#begun === undefined ? chunk : Buffer.concat([this.#begun, chunk]);
    this.#begun = undefined;
    let at = this.#pass(bytes, 0, this.#passing);
    while (at < bytes.length && !this.#ending) {
      const short = (bytes[at + 1] ?? 0) & lengthBits;
      const head = short < length16 ? headBytes : short === length16 ? headBytes16 : headBytes64;
      const begin = at + head;
      if (begin > bytes.length) {
        this.#begun = bytes.subarray(at);
        return;
      }
      const end = begin + lengthOf(bytes, at, short);
      const first = bytes[at] ?? 0;
      const mask = (bytes[at + 1] ?? 0) & masked;
      if (first === wholeText && mask === 0 && !this.#inParts && end <= bytes.length && usual(bytes, begin, end)) {
        at = end;
        continue;
      }
      const kind = first & kindBits;
      if (kind < closing) this.#inParts = (first & lastPart) === 0;
      at = this.#pass(bytes, at, end - at + (mask === 0 ? 0 : maskBytes));
      this.#ending = kind === closing;
    }
  }

  /** As many of so many bytes as there are; returns where they end. */
  #pass(bytes: Buffer, at: number, count: number): number {
    const end = Math.min(bytes.length, at + count);
    this.#passing = count - (end - at);
    if (end > at) this.#options.pass(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    return end;
  }
}

function lengthOf(bytes: Buffer, at: number, short: number): number {
  if (short < length16) return short;
  return short === length16
    ? bytes.readUInt16BE(at + headBytes)
    : bytes.readUInt32BE(at + headBytes) * 2 ** 32 + bytes.readUInt32BE(at + headBytes + 4);
}
