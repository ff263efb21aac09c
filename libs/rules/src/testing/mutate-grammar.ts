/** Mistakes of somebody who knows the words of the language: whole words and bracketed parts swapped, lost, doubled, nested. */
import { aggregates, numberFunctions, textTests } from '../condition-functions.ts';
import { conditionNames, instrumentTexts } from '../condition-names.ts';
import type { SeededRandom } from './seeded-random.ts';

const tokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\d[\w.]*|[A-Za-z_][\w.]*|&&|\|\||[<>=!]=|\s+|./gs;

const names = conditionNames.numbers.map(({ name }) => name);
const words = [
  ...names,
  ...instrumentTexts.map(({ name }) => name),
  ...[...numberFunctions, ...aggregates, ...textTests].map(({ name }) => name),
  ...['candles', 'last', 'all', 'exists', 'exists_one', 'filter', 'map', 'size', 'has', 'params', 'previous', 'c'],
  ...['true', 'false', 'null', 'in', 'for', 'package', 'dyn', 'type', 'int', 'double', 'timestamp', 'optional'],
];
const numbers = [
  '0',
  '-1',
  '1e308',
  '1e-320',
  '0.1',
  '9223372036854775807',
  '18446744073709551616u',
  '60',
  '61',
  '1.',
  '00',
];
const operators = [
  '&&',
  '||',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '?',
  ':',
  ',',
  '.',
  'in',
  '!',
];
const openings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const NESTED_MAX = 60;

export function mutateGrammar(text: string, other: string, random: SeededRandom): string {
  let mutated = text;
  for (let left = random.chance(0.6) ? 1 : 2 + random.below(3); left > 0; left--)
    mutated = mutateOnce(mutated, other, random);
  return mutated;
}

interface Part {
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

function mutateOnce(text: string, other: string, random: SeededRandom): string {
  const part = randomPart(text, random);
  const { before, after } = part;
  switch (random.below(7)) {
    case 0:
      return before + wordLike(part.text, random) + after;
    case 1:
      return before + randomPart(other, random).text + after;
    case 2:
      return before + wrapped(part.text, randomPart(other, random).text, random) + after;
    case 3:
      return `${text} ${random.pick(operators)} ${other}`;
    case 4:
      return before + after;
    case 5: {
      const second = randomPart(after, random);
      return before + second.text + second.before + part.text + second.after;
    }
    default:
      return `${before}${part.text} ${random.pick(operators)} ${part.text}${after}`;
  }
}

/** One word, number, text or sign; or from an opening bracket to where it is closed. */
function randomPart(text: string, random: SeededRandom): Part {
  const found = text.match(tokens) ?? [''];
  const terms = [...found.keys()].filter((index) => /^[\w"'([{]/.test(found[index] ?? ''));
  const from = terms.length > 0 && random.chance(0.8) ? random.pick(terms) : random.below(found.length);
  let to = from + 1;
  const closings = [openings[found[from] ?? '']];
  while (closings.some((closing) => closing !== undefined) && to < found.length) {
    const token = found[to] ?? '';
    const closing = openings[token];
    if (closing !== undefined) closings.push(closing);
    else if (token === closings.at(-1)) closings.pop();
    to++;
  }
  const textOf = (start: number, end: number): string => found.slice(start, end).join('');
  return { before: textOf(0, from), text: textOf(from, to), after: textOf(to, found.length) };
}

function wordLike(text: string, random: SeededRandom): string {
  if (/^\d/.test(text)) return random.pick(numbers);
  if (conditionNames.find(text) !== undefined && random.chance(0.8)) return random.pick(names);
  return random.pick(/^\w/.test(text) || random.chance(0.2) ? words : operators);
}

function wrapped(text: string, other: string, random: SeededRandom): string {
  switch (random.below(9)) {
    case 0: {
      const depth = 1 + random.below(NESTED_MAX);
      const [open, close] = random.pick([
        ['(', ')'],
        ['[', ']'],
        ['!(', ')'],
        ['-(', ')'],
      ] as const);
      return open.repeat(depth) + text + close.repeat(depth);
    }
    case 1:
      return `${random.pick(numberFunctions).name}(${text}, ${other})`;
    case 2:
      return `(${text} ? ${other} : ${text})`;
    case 3:
      return `candles.last(${random.pick(numbers)}).${random.pick(['all', 'exists', 'map', 'filter'])}(c, ${text})`;
    case 4:
      return `[${text}, ${other}].${random.pick(aggregates).name}()`;
    case 5:
      return `has(${text})`;
    case 6:
      return `${text}[${other}]`;
    case 7:
      return `{${text}: ${other}}`;
    default:
      return `(${text} in [${other}, ${text}])`;
  }
}
