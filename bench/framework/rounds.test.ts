import { expect, test } from 'vitest';
import { interleave, type MeasuredSide, valuesOf } from './rounds.ts';

const sideOf = (name: string, calls: string[], output: (round: number) => string): MeasuredSide => ({
  name,
  measure: async (round) => {
    calls.push(`${name}${round}`);
    return { figures: { time: round * 10 }, output: output(round) };
  },
});

test('sides are measured in turn, and the round that warms up is not counted', async () => {
  const calls: string[] = [];
  const same = (round: number): string => `output ${round}`;
  const rounds = await interleave([sideOf('a', calls, same), sideOf('b', calls, same)], { rounds: 3 });
  expect(calls).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  expect(valuesOf(rounds, 'b', 'time')).toEqual([10, 20, 30]);
  expect(() => valuesOf(rounds, 'c', 'time')).toThrow('c has measured no time');
});

test('times of different outputs are not compared', async () => {
  const calls: string[] = [];
  const sides = [sideOf('a', calls, () => 'x'), sideOf('b', calls, (round) => (round === 2 ? 'y' : 'x'))];
  await expect(interleave(sides, { rounds: 3 })).rejects.toThrow("outputs differ in round 2: a put out 'x', b 'y'");
  expect(calls.at(-1)).toBe('b2');
});

test('a round in slices goes to and fro, and its figures are added', async () => {
  const calls: string[] = [];
  const sides = [sideOf('a', calls, () => ''), sideOf('b', calls, () => '')];
  const rounds = await interleave(sides, { rounds: 1, slices: 2 });
  expect(calls).toEqual(['a0', 'b0', 'a0', 'b0', 'a1', 'b1', 'a1', 'b1']);
  expect(valuesOf(rounds, 'a', 'time')).toEqual([20]);
});
