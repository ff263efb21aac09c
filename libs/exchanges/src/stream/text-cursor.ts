/**
 * Reads the plainest JSON piece by piece: no white space but after commas, no escapes, whole numbers, flat objects. Making objects of a frame
 * with `JSON.parse` costs more than all the rest that is done with it, and hundreds of frames come every second. Whoever meets
 * anything else here asks `JSON.parse`; what is read here means the same there.
 */
import { decimalWithin } from './decimal-number.ts';

const space = 32;
const quote = 34;
const comma = 44;
const minus = 45;
const zero = 48;
const colon = 58;
const backslash = 92;
const closingBrace = 125;
/** Whole numbers of so many digits are exact. */
const digitsMax = 15;

export class TextCursor {
  #text = '';
  #at = 0;
  /** Something else than expected was met: nothing that was read counts. */
  failed = false;
  /** Of the field at hand, where it is longer than a letter. */
  name = '';

  begin(text: string): void {
    this.#text = text;
    this.#at = 0;
    this.failed = false;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  literal(expected: string): void {
    if (this.#text.startsWith(expected, this.#at)) this.#at += expected.length;
    else this.failed = true;
  }

  /** Consumes it if it comes next. */
  found(expected: string): boolean {
    const found = this.#text.startsWith(expected, this.#at);
    if (found) this.#at += expected.length;
    return found;
  }

  /** After a field: whether another one follows. False at the end of the object, which is consumed, or after a failure. */
  more(): boolean {
    const code = this.#text.charCodeAt(this.#at++);
    if (code === comma) {
      while (this.#text.charCodeAt(this.#at) === space) this.#at++;
      return !this.failed;
    }
    if (code !== closingBrace) this.failed = true;
    return false;
  }

  /** The name of a field and its colon: the code of a name of one letter, 0 for all others, which are in `name`. */
  key(): number {
    const text = this.#text;
    const at = this.#at;
    if (text.charCodeAt(at) === quote && text.charCodeAt(at + 2) === quote && text.charCodeAt(at + 3) === colon) {
      const code = text.charCodeAt(at + 1);
      if (code >= space && code !== backslash && code !== quote) {
        this.#at = at + 4;
        return code;
      }
    }
    this.name = this.word();
    if (this.#text.charCodeAt(this.#at++) !== colon) this.failed = true;
    return 0;
  }

  /** A text without escapes. */
  word(): string {
    const text = this.#text;
    const begin = this.#at + 1;
    if (text.charCodeAt(this.#at) !== quote) return this.#fail();
    for (let at = begin; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return text.slice(begin, at);
      }
      if (code < space || code === backslash) break;
    }
    return this.#fail();
  }

  /** A decimal written as a text. */
  decimal(): number {
    const begin = this.#at + 1;
    const end = this.#text.indexOf('"', begin);
    if (end < 0 || this.#text.charCodeAt(begin - 1) !== quote) this.failed = true;
    this.#at = end + 1;
    return decimalWithin(this.#text, begin, end);
  }

  /** A number of digits alone. */
  whole(): number {
    const text = this.#text;
    const begin = this.#at;
    let value = 0;
    let at = begin;
    for (; ; at++) {
      const digit = text.charCodeAt(at) - zero;
      // Beyond the end it is not a number.
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const digits = at - begin;
    if (digits === 0 || digits > digitsMax || (digits > 1 && text.charCodeAt(begin) === zero)) this.failed = true;
    this.#at = at;
    return value;
  }

  /** A value that does not matter. */
  skip(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code === quote) this.word();
    else {
      if (code === minus) this.#at++;
      this.whole();
    }
  }

  #fail(): string {
    this.failed = true;
    return '';
  }
}
