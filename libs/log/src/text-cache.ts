/**
 * Texts that come again and again as bytes, such as keys of records: comparing costs less than decoding, and whoever looks
 * something up by the same text finds its hash made already.
 */

/** A power of two, several times as many as there are instruments. One text each: the newest stays. */
const slots = 4_096;
/** Longer texts are not kept. */
const bytesMax = 64;

export class TextCache {
  readonly #texts: string[] = new Array<string>(slots).fill('');

  /** The bytes between two positions as UTF-8. */
  text(bytes: Buffer, begin: number, end: number): string {
    const length = end - begin;
    if (length === 0) return '';
    if (length > bytesMax) return bytes.toString('utf8', begin, end);
    const slot = slotOf(bytes, begin, end);
    const known = this.#texts[slot];
    if (known !== undefined && isText(known, bytes, begin, length)) return known;
    const text = bytes.toString('utf8', begin, end);
    this.#texts[slot] = text;
    return text;
  }
}

/** As FNV. */
function slotOf(bytes: Buffer, begin: number, end: number): number {
  let hash = end - begin;
  for (let i = begin; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (slots - 1);
}

/** Only of ASCII: other texts have fewer units than bytes. */
function isText(text: string, bytes: Buffer, begin: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (text.charCodeAt(i) !== bytes[begin + i]) return false;
  return true;
}
