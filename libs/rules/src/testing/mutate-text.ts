import type { SeededRandom } from './seeded-random.ts';

/** Pieces that a condition is made of, and some that it is not. */
const pieces = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '.',
    ',',
    ':',
    '?',
    '!',
    '-',
    '+',
    '*',
    '/',
    '%',
    '<',
    '>=',
    '==',
    '&&',
    '||',
    '"',
    "'",
  ],
  ...[
    'in',
    'true',
    'null',
    '1',
    '0.5',
    '9007199254740993',
    '1e309',
    '0x',
    '6u',
    'b"',
    'r"',
    '"""',
    '\\',
    '\\u',
    '//',
    '\n',
  ],
  ...[
    'candles.last(3)',
    '.all(c, ',
    '.map(c, ',
    'params.',
    'previous.',
    'price',
    'rank.',
    'c.close',
    'has(',
    'min(',
    '__proto__',
  ],
  ...['constructor', 'toString', '\u0000', '\ud800', 'é', '🙂', ' ', '\t'],
];

/** One to four mistakes: something removed, doubled, replaced, inserted, or two texts run together. */
export function mutateText(text: string, other: string, random: SeededRandom): string {
  let mutated = text;
  for (let left = random.chance(0.6) ? 1 : 2 + random.below(3); left > 0; left--) {
    const from = random.below(mutated.length + 1);
    const to = Math.min(mutated.length, from + random.below(random.chance(0.7) ? 2 : 8));
    const before = mutated.slice(0, from);
    const after = mutated.slice(to);
    switch (random.below(5)) {
      case 0:
        mutated = before + after;
        break;
      case 1:
        mutated = before + random.pick(pieces) + after;
        break;
      case 2:
        mutated = mutated.slice(0, to) + mutated.slice(from, to).repeat(1 + random.below(50)) + after;
        break;
      case 3:
        mutated = before + other.slice(random.below(other.length + 1));
        break;
      default:
        mutated = before + String.fromCharCode(random.below(random.chance(0.9) ? 128 : 65_536)) + after;
    }
  }
  return mutated;
}

export function randomText(random: SeededRandom): string {
  if (random.chance(0.5))
    return Array.from({ length: 1 + random.below(30) }, () => random.pick(pieces)).join(random.pick(['', ' ']));
  return String.fromCharCode(...Array.from({ length: random.below(200) }, () => random.below(256)));
}
