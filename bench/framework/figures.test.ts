import { expect, test } from 'vitest';
import type { Goal } from './benchmark.ts';
import { judge, markdownTable, plainTable } from './figures.ts';

const measured = (goal: Goal) => ({
  name: 'appends',
  unit: 'records/s',
  peer: 'by hand',
  ours: [90, 80, 100],
  theirs: [100, 110, 90],
  goal,
});

test('medians, their ratio, and whether the goal holds', () => {
  const { figure, spread } = judge('log', measured({ ratioMin: 0.9 }));
  expect(figure).toEqual({
    bench: 'log',
    case: 'appends',
    ours: 90,
    unit: 'records/s',
    peer: 'by hand',
    theirs: 100,
    ratio: 0.9,
    goal: 'ratio >= 0.9',
    holds: true,
  });
  expect(spread).toEqual({ ours: [80, 100], theirs: [90, 110] });
});

test.each([
  [{ ratioMin: 0.91 }, 'ratio >= 0.91', false],
  [{ ratioMax: 0.9 }, 'ratio <= 0.9', true],
  [{ ratioMax: 0.89 }, 'ratio <= 0.89', false],
  [{ oursMax: 90 }, 'ours <= 90 records/s', true],
  [{ oursMax: 89 }, 'ours <= 89 records/s', false],
  [undefined, '', null],
] as const)('goal %o', (goal, text, holds) => {
  expect(judge('log', measured(goal)).figure).toMatchObject({ goal: text, holds });
});

test('tables name what is missed', () => {
  const figures = [judge('log', measured({ ratioMin: 2 }))];
  expect(plainTable(figures)).toContain('90 records/s (80 to 100)');
  expect(markdownTable(figures)).toContain('| 0.90 | ratio >= 2 | NO |');
});
