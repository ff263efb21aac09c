import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MinuteClass, type MinuteKind, MinuteRuns } from './minute-runs.ts';

describe('runs of minutes', () => {
  it('say of every minute what was last said of it, in as few runs as there are changes', () => {
    const kind = fc.constantFrom<MinuteKind>('received', 'repaired', 'corrected', 'gap');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 100, max: 140 }), kind), { minLength: 1 }), (said) => {
        const runs = new MinuteRuns();
        const plain = new Map<number, MinuteKind>();
        for (const [minute, what] of said) {
          runs.set(minute, { kind: what });
          plain.set(minute, what);
        }
        const minutes = [...plain.keys()];
        expect([runs.start, runs.end]).toEqual([Math.min(...minutes), Math.max(...minutes) + 1]);
        const listed = [...runs.within(95, 145)];
        const spread = listed.flatMap((run) => Array.from({ length: run.to - run.from }, () => run.kind));
        const expected = Array.from({ length: 50 }, (_, index) => plain.get(95 + index) ?? 'none');
        expect(spread).toEqual(expected);
        expect(expected.map((_, index) => runs.at(95 + index).kind)).toEqual(expected);
        const inner = [...runs.within(runs.start, runs.end)];
        const changes = inner.filter((run, index) => index > 0 && run.kind === inner[index - 1]?.kind);
        expect(changes).toEqual([]);
      }),
    );
  });

  it('do not grow with time', () => {
    const runs = new MinuteRuns();
    for (let minute = 0; minute < 43_200; minute++) runs.set(minute, { kind: 'received' });
    expect([...runs.within(0, 43_200)]).toEqual([{ from: 0, to: 43_200, kind: 'received', reason: undefined }]);
  });

  it('keep gaps of different reasons apart', () => {
    const runs = new MinuteRuns();
    const gap = (reason: string): MinuteClass => ({ kind: 'gap', reason });
    for (const [minute, reason] of [
      [1, 'a'],
      [2, 'a'],
      [3, 'b'],
    ] as const)
      runs.set(minute, gap(reason));
    expect([...runs.within(0, 4)].map(({ from, to, reason }) => [from, to, reason])).toEqual([
      [0, 1, undefined],
      [1, 3, 'a'],
      [3, 4, 'b'],
    ]);
  });
});
