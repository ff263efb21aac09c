import type { BackfillAdvanced } from '@screener/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingPieces } from './stretches.ts';

const stretch = (from: number, next: number): BackfillAdvanced => ({
  ...{ instrument: 'a:b:C', from, to: next, next, close: 1, candles: next - from, synthetic: 0 },
});
const ranges = (asked: [number, number], ...there: [number, number][]) =>
  missingPieces(
    { from: asked[0], to: asked[1] },
    there.map(([from, next]) => stretch(from, next)),
  ).map(({ from, to, after }) => [from, to, after?.from]);

describe('what is still to be fetched', () => {
  it('is what no stretch holds, each piece after the stretch that it goes on from', () => {
    expect(ranges([10, 20])).toEqual([[10, 20, undefined]]);
    expect(ranges([10, 20], [10, 14])).toEqual([[14, 20, 10]]);
    expect(ranges([10, 20], [5, 25])).toEqual([]);
    expect(ranges([10, 20], [15, 18], [0, 5])).toEqual([
      [10, 15, undefined],
      [18, 20, 15],
    ]);
    expect(ranges([10, 20], [5, 10], [20, 30])).toEqual([[10, 20, 5]]);
  });

  it('and what is there are the whole, without an overlap', () => {
    const range = fc.tuple(fc.nat(50), fc.nat(50)).map(([from, length]) => [from, from + length] as [number, number]);
    fc.assert(
      fc.property(range, fc.array(range), (asked, there) => {
        const missing = ranges(asked, ...there) as [number, number, number][];
        for (let time = asked[0]; time < asked[1]; time++) {
          const isThere = there.some(([from, next]) => time >= from && time < next);
          const fetched = missing.filter(([from, to]) => time >= from && time < to);
          expect(fetched).toHaveLength(isThere ? 0 : 1);
        }
      }),
    );
  });
});
