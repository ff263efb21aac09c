import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../testing/seeded-random.ts';
import { tapeOf } from '../testing/tape-of.ts';
import { pricePaths, type Side } from './price-paths.ts';

const prices = [
  [100, 101, 99, 100],
  [200, 210, 190, 205],
  [205, 206, 150, 160],
  [160, 300, 158, 250],
  [250, 260, 240, 255],
] as const;
const paths = (tape: ReturnType<typeof tapeOf>, minutes: number, side: Side = 'long', from = 0, to = tape.length) => {
  const { indexes, returns, drawdowns } = pricePaths(tape, { from, to, minutes, side });
  return { indexes: [...indexes], returns: [...returns], drawdowns: [...drawdowns] };
};

describe('what followed', () => {
  it('is bought at the open of the next minute and sold at the close at the end', () => {
    // After minute 0: in at 200, out at 160, 150 on the way. After 1: in at 205, out at 250, 150. After 2: 160, 255, 158.
    expect(paths(tapeOf(prices), 2)).toEqual({
      indexes: [0, 1, 2],
      returns: [-20, (45 / 205) * 100, (95 / 160) * 100],
      drawdowns: [-25, (-55 / 205) * 100, (-2 / 160) * 100],
    });
  });

  it('is the other way round for short trades', () => {
    expect(paths(tapeOf(prices), 2, 'short')).toEqual({
      indexes: [0, 1, 2],
      returns: [20, (-45 / 205) * 100, (-95 / 160) * 100],
      drawdowns: [-5, (-95 / 205) * 100, (-140 / 160) * 100],
    });
  });

  it('leaves minutes out whose way in or out is a gap, and looks over gaps between', () => {
    const [one, two, three, four, five] = prices;
    expect(paths(tapeOf([one, two, undefined, four, five]), 2).indexes).toEqual([2]);
    expect(paths(tapeOf([one, two, undefined, four, five]), 3).drawdowns).toEqual([(-42 / 200) * 100]);
    expect(paths(tapeOf([one, undefined, three, four, five]), 1).indexes).toEqual([1, 2, 3]);
  });

  it('covers the minutes that are asked for', () => {
    expect(paths(tapeOf(prices), 1, 'long', 1, 3).indexes).toEqual([1, 2]);
    expect(paths(tapeOf(prices), 9).indexes).toEqual([]);
  });

  it('has the drawdowns of a fresh loop', () => {
    const random = new SeededRandom(3);
    const tape = tapeOf(
      Array.from({ length: 900 }, () => {
        if (random.chance(0.1)) return undefined;
        const [open, close] = [50 + random.below(40), 50 + random.below(40)];
        return [open, Math.max(open, close) + random.below(9), Math.min(open, close) - random.below(9), close] as const;
      }),
    );
    for (const side of ['long', 'short'] as const) {
      const { indexes, drawdowns } = paths(tape, 60, side);
      expect(indexes.length).toBeGreaterThan(600);
      for (const [place, index] of indexes.entries()) {
        let worst = 0;
        const entry = tape.price(index + 1, 'open');
        for (let minute = index + 1; minute <= index + 60; minute++) {
          const gained = side === 'long' ? tape.price(minute, 'low') - entry : -(tape.price(minute, 'high') - entry);
          if (gained < worst) worst = gained;
        }
        expect(drawdowns[place]).toBe((worst / entry) * 100);
      }
    }
  });
});
