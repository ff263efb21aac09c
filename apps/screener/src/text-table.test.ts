import { expect, test } from 'vitest';
import { onOneLine, textTable } from './text-table.ts';

test('what others wrote stays on its line and says nothing to the terminal', () => {
  expect(onOneLine('a\nb\u001b[31mc\u009bd\u007f\t')).toBe('a\\nb\\u001b[31mc\\u009bd\\u007f\\u0009');
  expect(onOneLine('币安人生 ±1,5 “x”')).toBe('币安人生 ±1,5 “x”');
  const table = textTable(
    [
      ['rule', 'title'],
      ['mine', 'two\nlines'],
    ],
    ['left', 'left'],
  );
  expect(table).toEqual(['rule  title', 'mine  two\\nlines']);
});
