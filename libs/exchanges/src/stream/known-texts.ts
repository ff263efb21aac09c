/**
 * The text that some bytes mean, without making it anew each time: the same few hundred symbols come again and again. Their
 * bytes lie side by side, because what is far away in memory takes longer to get at than a short text takes to make.
 */
import { isUtf8 } from 'node:buffer';

/** So many times what an exchange trades that few fall on the same place, where they take turns. A power of two. */
const placesMax = 16_384;
/** Of a place: how many bytes, then the bytes. Longer ones are rare, and made anew. A power of two. */
const placeBytes = 32;
const seed = 0x811c9dc5;
const factor = 0x01000193;

export class KnownTexts {
  readonly #isSound: (text: string) => boolean;
  readonly #places = new Uint8Array(placesMax * placeBytes);
  readonly #texts: string[] = Array.from({ length: placesMax }, () => '');

  /** `isSound`: others are not known. */
  constructor(isSound: (text: string) => boolean) {
    this.#isSound = isSound;
  }

  /** undefined: no UTF-8, or not sound. */
  at(bytes: Buffer, begin: number, end: number): string | undefined {
    const length = end - begin;
    if (length === 0 || length >= placeBytes) return this.#read(bytes, begin, end);
    let hash = seed;
    for (let index = begin; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), factor);
    const place = (hash ^ (hash >>> 15)) & (placesMax - 1);
    const base = place * placeBytes;
    const places = this.#places;
    let same = places[base] === length;
    for (let index = 0; same && index < length; index++) same = places[base + 1 + index] === bytes[begin + index];
    if (same) return this.#texts[place];
    const text = this.#read(bytes, begin, end);
    if (text === undefined) return undefined;
    places[base] = length;
    places.set(bytes.subarray(begin, end), base + 1);
    this.#texts[place] = text;
    return text;
  }

  #read(bytes: Buffer, begin: number, end: number): string | undefined {
    const own = bytes.subarray(begin, end);
    const text = isUtf8(own) ? own.toString() : undefined;
    return text !== undefined && this.#isSound(text) ? text : undefined;
  }
}
