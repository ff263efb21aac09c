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
  const rounds = await interleave(3, [sideOf('a', calls, same), sideOf('b', calls, same)]);
  expect(calls).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  expect(valuesOf(rounds, 'b', 'time')).toEqual([10, 20, 30]);
  expect(() => valuesOf(rounds, 'c', 'time')).toThrow('c has measured no time');
});

test('times of different outputs are not compared', async () => {
  const calls: string[] = [];
  const sides = [sideOf('a', calls, () => 'x'), sideOf('b', calls, (round) => (round === 2 ? 'y' : 'x'))];
  await expect(interleave(3, sides)).rejects.toThrow("outputs differ in round 2: a put out 'x', b 'y'");
  expect(calls.at(-1)).toBe('b2');
});
