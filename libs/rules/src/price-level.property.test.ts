/** Looks at a price beside all of its ticks. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crossingOf, followPrice, type PriceSample, type PriceTrack } from './price-level.ts';

const LEVEL = 10;

/** Per minute its ticks, each with whether it is looked at; the close always is. */
const minutes = fc.array(
  fc.array(fc.record({ price: fc.integer({ min: 7, max: 13 }), looked: fc.boolean() }), { minLength: 1, maxLength: 6 }),
  { minLength: 1, maxLength: 8 },
);

it('a crossing is told only where a tick reached the level, and the first of a minute is told', () => {
  let told = 0;
  fc.assert(
    fc.property(minutes, fc.boolean(), (path, up) => {
      const reaches = (price: number): boolean => (up ? price >= LEVEL : price <= LEVEL);
      let track: PriceTrack | undefined;
      /** Ticks since the last look. */
      let unseen: number[] = [];
      for (const [minute, ticks] of path.entries()) {
        const lastPrice = track?.newest.price;
        let toldHere = false;
        let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        for (const [index, { price, looked }] of ticks.entries()) {
          [high, low] = [Math.max(high, price), Math.min(low, price)];
          unseen.push(price);
          if (!looked && index < ticks.length - 1) continue;
          const from = track?.newest.price;
          const sample: PriceSample = { openTime: minute * 60_000, price, high, low };
          const followed = followPrice(track, sample);
          track = followed.track;
          const crossing = crossingOf({ level: LEVEL, direction: up ? 'up' : 'down' }, followed.step);
          if (crossing) {
            expect(crossing).toBe(up ? 'up' : 'down');
            expect(from !== undefined && !reaches(from) && unseen.some(reaches)).toBe(true);
            toldHere = true;
            told++;
          }
          unseen = [];
        }
        const wasBeyond = lastPrice === undefined || reaches(lastPrice);
        if (!wasBeyond && ticks.some(({ price }) => reaches(price))) expect(toldHere).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(told).toBeGreaterThan(0);
});
