/** Randomness as a pure function of where it is asked for: the same seed and place always give the same draw. */

/** Mixes one more whole number into a 32-bit hash. */
export function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export function hashText(hash: number, text: string): number {
  let mixed = hash;
  for (let index = 0; index < text.length; index++) mixed = mix(mixed, text.charCodeAt(index));
  return mixed;
}

/** From 0 (included) to 1 (excluded). */
export const unitOf = (hash: number): number => (hash >>> 0) / 0x1_0000_0000;

/** Sum of the four bytes, scaled: bell-shaped with deviation 1, never beyond 3.45. One hash, no logarithm. */
export const normalOf = (hash: number): number =>
  ((hash & 0xff) + ((hash >>> 8) & 0xff) + ((hash >>> 16) & 0xff) + (hash >>> 24) - 510) / 147.8;
