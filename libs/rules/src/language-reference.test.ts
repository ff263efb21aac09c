import { expect, it } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import { languageSections } from './language-reference.ts';

const examples = languageSections.flatMap(({ title, rows }) =>
  rows.flatMap(({ written, example }) => (example === undefined ? [] : [[title, written, example] as const])),
);

it.each(examples)('%s, %s: %s', (_, __, example) => {
  const { evaluate } = compileCondition(example, { x: 1 });
  expect(evaluate).toBeTypeOf('function');
});

it('every section has rows, every row says what it is', () => {
  for (const { title, about, rows } of languageSections) {
    expect(rows.length, title).toBeGreaterThan(2);
    for (const row of [{ written: title, about }, ...rows]) expect(row.about, row.written).toMatch(/.{5}/);
  }
});
