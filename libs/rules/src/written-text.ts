import type { Span } from './expression.ts';

const PART_LENGTH_MAX = 120;

/** The part of the text as it was written. The parser's spans leave out parentheses at their edges; these are put back. */
export function writtenText(text: string, { start, end }: Span): string {
  let from = start;
  let to = end;
  let open = 0;
  let missing = 0;
  let quote = '';
  for (let at = start; at < end; at++) {
    const character = text[at] as string;
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') open++;
    else if (character === ')') {
      if (open > 0) open--;
      else missing++;
    }
  }
  for (; missing > 0 && from > 0; from--) if (text[from - 1] === '(') missing--;
  for (; open > 0 && to < text.length; to++) if (text[to] === ')') open--;
  return text.slice(from, to);
}

/** The same for a message of one line. */
export function shortText(text: string, at: Span): string {
  const written = writtenText(text, at).replaceAll(/\s+/g, ' ');
  return written.length <= PART_LENGTH_MAX ? written : `${written.slice(0, PART_LENGTH_MAX)}…`;
}
