/**
 * Reads the plainest JSON piece by piece from its bytes: no white space but after commas, no escapes, whole numbers, flat
 * objects. Making a text and objects of a frame costs more than all the rest that is done with it, and hundreds of frames
 * come every second. Whoever meets anything else here asks `JSON.parse`; what is read here means the same there.
 */
import { decimalNumber, digitsMax, powersOfTen } from './decimal-number.ts';

const space = 32;
const quote = 34;
const comma = 44;
const minus = 45;
const zero = 48;
const colon = 58;
const backslash = 92;
const closingBrace = 125;
const asciiEnd = 128;
/** As a digit would be counted. */
const point = 46 - zero;
/** Beyond the end there is nothing that means anything. */
const nothing = 0;

/** What is compared with bytes. */
export const asBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

export class ByteCursor {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  /** Where the word that was read last begins and ends. */
  wordBegin = 0;
  wordEnd = 0;
  /** Something else than expected was met: nothing that was read counts. */
  failed = false;

  /** What lies from `begin` to `end`. Who reads on behind it has not `ended` there. */
  begin(bytes: Buffer, begin: number, end: number): void {
    this.#bytes = bytes;
    this.#at = begin;
    this.#end = end;
    this.failed = false;
  }

  get ended(): boolean {
    return this.#at === this.#end;
  }

  /** Consumes it if it comes next. */
  found(expected: Uint8Array): boolean {
    const found = this.#isAt(this.#at, expected);
    if (found) this.#at += expected.length;
    return found;
  }

  literal(expected: Uint8Array): void {
    if (!this.found(expected)) this.failed = true;
  }

  /** After a field: whether another one follows. False at the end of the object, which is consumed, or after a failure. */
  more(): boolean {
    const code = this.#bytes[this.#at++];
    if (code === comma) {
      while (this.#bytes[this.#at] === space) this.#at++;
      return !this.failed;
    }
    if (code !== closingBrace) this.failed = true;
    return false;
  }

  /** The name of a field and its colon: the code of a name of one letter, 0 for all others, which are words. */
  key(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] === quote && bytes[at + 2] === quote && bytes[at + 3] === colon) {
      const code = bytes[at + 1] ?? nothing;
      if (code >= space && code < asciiEnd && code !== backslash && code !== quote) {
        this.#at = at + 4;
        return code;
      }
    }
    this.word();
    if (bytes[this.#at++] !== colon) this.failed = true;
    return 0;
  }

  /** A text without escapes. */
  word(): void {
    const bytes = this.#bytes;
    const begin = this.#at + 1;
    if (bytes[this.#at] !== quote) this.failed = true;
    let at = begin;
    let code = bytes[at] ?? nothing;
    while (code >= space && code !== quote && code !== backslash) code = bytes[++at] ?? nothing;
    if (code !== quote) this.failed = true;
    this.wordBegin = begin;
    this.wordEnd = at;
    this.#at = at + 1;
  }

  isWord(expected: Uint8Array): boolean {
    return this.wordEnd - this.wordBegin === expected.length && this.#isAt(this.wordBegin, expected);
  }

  /** Whether the word is the one from `begin` to `end`. */
  isSameWord(begin: number, end: number): boolean {
    const bytes = this.#bytes;
    const length = end - begin;
    if (this.wordEnd - this.wordBegin !== length) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[this.wordBegin + index] !== bytes[begin + index]) return false;
    }
    return true;
  }

  text(begin: number, end: number): string {
    return this.#bytes.toString('utf8', begin, end);
  }

  /** A decimal written as a text. */
  decimal(): number {
    const bytes = this.#bytes;
    const begin = this.#at + 1;
    if (bytes[this.#at] !== quote) this.failed = true;
    let end = begin;
    let whole = 0;
    let pointAt = -1;
    for (; ; end++) {
      const digit = (bytes[end] ?? nothing) - zero;
      if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
      else if (digit === point && pointAt < 0) pointAt = end;
      else break;
    }
    if (bytes[end] !== quote) this.failed = true;
    this.#at = end + 1;
    const decimals = pointAt < 0 ? 0 : end - 1 - pointAt;
    const usual = end > begin && end - begin <= digitsMax && pointAt !== begin && pointAt !== end - 1;
    return usual ? whole / (powersOfTen[decimals] ?? Number.NaN) : decimalNumber(this.text(begin, end));
  }

  /** A number of digits alone. */
  whole(): number {
    const bytes = this.#bytes;
    const begin = this.#at;
    let value = 0;
    let at = begin;
    for (; ; at++) {
      const digit = (bytes[at] ?? nothing) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - begin;
    if (digits === 0 || digits > digitsMax || (digits > 1 && bytes[begin] === zero)) this.failed = true;
    this.#at = at;
    return value;
  }

  /** A value that does not matter. */
  skip(): void {
    const code = this.#bytes[this.#at];
    if (code === quote) this.word();
    else {
      if (code === minus) this.#at++;
      this.whole();
    }
  }

  #isAt(at: number, expected: Uint8Array): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false;
    return true;
  }
}
