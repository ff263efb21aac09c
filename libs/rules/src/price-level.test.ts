import { describe, expect, it } from 'vitest';
import { crossingOf, followPrice, type PriceSample, type PriceTrack } from './price-level.ts';
import type { CrossingDirection } from './rule.ts';

const MINUTE = 60_000;
/** A price in the n-th minute with the range that the minute has had so far. */
const seen = (minute: number, price: number, high = price, low = price): PriceSample => ({
  openTime: minute * MINUTE,
  price,
  high,
  low,
});

function crossings(direction: CrossingDirection, samples: readonly PriceSample[], level = 100) {
  let track: PriceTrack | undefined;
  return samples.map((sample) => {
    const followed = followPrice(track, sample);
    track = followed.track;
    return crossingOf({ level, direction }, followed.step);
  });
}

describe('a price crosses a level', () => {
  it('up, down or either, and exactly on the level counts as reached', () => {
    const prices = [99, 100, 100, 101, 100, 99, 101].map((price, minute) => seen(minute, price));
    expect(crossings('up', prices)).toEqual([undefined, 'up', undefined, undefined, undefined, undefined, 'up']);
    expect(crossings('down', prices)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'down',
      undefined,
      undefined,
    ]);
    expect(crossings('either', prices)).toEqual([undefined, 'up', undefined, undefined, 'down', undefined, 'up']);
  });

  it('to the last bit', () => {
    const below = 100 - 2 ** -46;
    expect(100 - below).toBeGreaterThan(0);
    expect(crossings('up', [seen(0, 90), seen(1, below), seen(2, 100)])).toEqual([undefined, undefined, 'up']);
  });

  it('also where it came back before it was looked at again', () => {
    expect(crossings('up', [seen(0, 99), seen(0, 99, 100.5)])).toEqual([undefined, 'up']);
    expect(crossings('down', [seen(0, 101), seen(1, 101, 102, 99)])).toEqual([undefined, 'down']);
  });

  it('once for one extreme of a minute', () => {
    const samples = [seen(0, 99), seen(0, 99, 101), seen(0, 99.5, 101), seen(0, 99, 102)];
    expect(crossings('up', samples)).toEqual([undefined, 'up', undefined, 'up']);
  });

  it('not with the first price there is', () => {
    expect(crossings('either', [seen(0, 100, 120, 80)])).toEqual([undefined]);
  });
});

describe('the close of a minute', () => {
  it('tells a touch that live prices missed, before or after the next minute has begun', () => {
    expect(crossings('up', [seen(0, 99), seen(0, 99, 101)])).toEqual([undefined, 'up']);
    expect(crossings('up', [seen(0, 99), seen(1, 99), seen(0, 99, 101)])).toEqual([undefined, undefined, 'up']);
  });

  it('tells nothing that live prices told', () => {
    expect(crossings('up', [seen(0, 99), seen(0, 99, 101), seen(1, 98), seen(0, 99, 101)])).toEqual([
      ...[undefined, 'up'],
      ...[undefined, undefined],
    ]);
  });

  it('of a minute that nobody saw live is looked at as a whole', () => {
    expect(crossings('up', [seen(0, 99), seen(2, 99), seen(1, 99, 101)])).toEqual([undefined, undefined, 'up']);
  });

  it('that comes a second time, or is older than all that is known, says nothing', () => {
    const samples = [seen(5, 99), seen(6, 99), seen(5, 99, 101), seen(5, 99, 101), seen(3, 99, 101)];
    expect(crossings('up', samples)).toEqual([undefined, undefined, 'up', undefined, undefined]);
  });
});
