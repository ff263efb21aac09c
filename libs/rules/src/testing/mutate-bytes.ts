/** Mistakes of wires and disks: bits, bytes and pieces of the encoded text, whatever they mean. */
import type { SeededRandom } from './seeded-random.ts';

/** Ends of ranges, halves of surrogates, the beginnings of characters that never come. */
const oddBytes = [[0], [0x0a], [0x22], [0x5c], [0x7f], [0x80], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f]];
const PIECE_MAX = 16;
const REPEATED_MAX = 100;

export function mutateBytes(text: string, other: string, random: SeededRandom): string {
  let bytes = [...new TextEncoder().encode(text)];
  for (let left = random.chance(0.6) ? 1 : 2 + random.below(5); left > 0; left--)
    bytes = mutateOnce(bytes, other, random);
  // As a program reads it that knows the encoding, and as one that does not.
  return random.chance(0.7) ? new TextDecoder().decode(Uint8Array.from(bytes)) : String.fromCharCode(...bytes);
}

function mutateOnce(bytes: readonly number[], other: string, random: SeededRandom): number[] {
  const from = random.below(bytes.length + 1);
  const piece = bytes.slice(from, from + 1 + random.below(PIECE_MAX));
  const before = bytes.slice(0, from);
  const after = bytes.slice(from + piece.length);
  switch (random.below(6)) {
    case 0: {
      const [first = 0, ...rest] = piece;
      return [...before, first ^ (1 << random.below(8)), ...rest, ...after];
    }
    case 1:
      return [...before, random.below(256), ...piece, ...after];
    case 2:
      return [...before, ...random.pick(oddBytes), ...piece, ...after];
    case 3:
      return [...before, ...after];
    case 4:
      return [...before, ...Array.from({ length: 1 + random.below(REPEATED_MAX) }, () => piece).flat(), ...after];
    default: {
      const others = [...new TextEncoder().encode(other)];
      const start = random.below(others.length + 1);
      return [...before, ...others.slice(start, start + random.below(PIECE_MAX * 4)), ...after];
    }
  }
}
