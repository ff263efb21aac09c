/**
 * Texts that were read before, found by their bytes: instruments, symbols and intervals come again and again, and finding
 * one costs less than making it. Also keeps one copy where there would be one per event.
 */
/** Longer ones are hardly ever repeated. */
export const sharedBytesMost = 32;
/** A power of two: bounds what is kept. A newer text takes the place of an older one with the same hash. */
const PLACES = 8_192;
const WORDS = sharedBytesMost / 4;
/** Keeps the 0 to 3 last bytes of a text, little-endian. */
const lastBytes = [0, 0xff, 0xffff, 0xffffff] as const;

export class SharedTexts {
  private readonly texts: (string | undefined)[] = new Array<string | undefined>(PLACES).fill(undefined);
  private readonly lengths = new Uint8Array(PLACES);
  private readonly words = new Int32Array(PLACES * WORDS);
  private place = 0;

  /** The text of these bytes, where it is known. Reads up to three bytes after them. */
  find(view: DataView, at: number, length: number): string | undefined {
    const whole = length >> 2;
    const last = view.getInt32(at + (whole << 2), true) & (lastBytes[length & 3] as number);
    let hash = Math.imul(last ^ length, 0x9e3779b1 | 0);
    for (let index = 0; index < whole; index++) {
      hash = Math.imul(hash ^ view.getInt32(at + (index << 2), true), 0x85ebca6b | 0);
      hash ^= hash >>> 15;
    }
    const place = (hash ^ (hash >>> 13)) & (PLACES - 1);
    this.place = place;
    if (this.lengths[place] !== length) return undefined;
    const { words } = this;
    const first = place * WORDS;
    for (let index = 0; index < whole; index++) {
      if (words[first + index] !== view.getInt32(at + (index << 2), true)) return undefined;
    }
    return whole === WORDS || words[first + whole] === last ? this.texts[place] : undefined;
  }

  /** Keeps the text that the last `find` did not know. */
  keep(view: DataView, at: number, length: number, text: string): void {
    const { place } = this;
    const whole = length >> 2;
    const first = place * WORDS;
    for (let index = 0; index < whole; index++) this.words[first + index] = view.getInt32(at + (index << 2), true);
    if (whole < WORDS) {
      this.words[first + whole] = view.getInt32(at + (whole << 2), true) & (lastBytes[length & 3] as number);
    }
    this.lengths[place] = length;
    this.texts[place] = text;
  }
}
