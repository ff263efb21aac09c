import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';
import { candleOf, listed, minute } from './testing/scripted-exchange.ts';
import { type KnownMinutes, nothingKnown, Tracked } from './tracked.ts';

function tracked(newest?: number, more: Partial<KnownMinutes> = {}): Tracked {
  const outbox = new Outbox({ writer: { append: async () => {} }, written: () => {}, failed: () => {} });
  const known = { ...nothingKnown, newest: newest === undefined ? undefined : minute(newest), ...more };
  const { signal } = new AbortController();
  const facts = { instrument: 'binance:usdm:AUSDT', partition: 0, listed: listed('AUSDT'), intervals: [] };
  const made = new Tracked({ ...facts, known, outbox, wrote: () => {}, signal });
  made.tradedSince = minute(100);
  return made;
}

describe('what is let go', () => {
  it('leaves what the next one needs, the price before a minute without trades too', () => {
    const one = tracked(99);
    one.write(one.sequence.offer(candleOf(100, 7), 'stream'));
    one.intervalsWanted.push('1h');
    expect(one.signal.aborted).toBe(false);
    one.end();
    expect(one.signal.aborted).toBe(true);
    const known = one.known(['5m', '1h']);
    expect(known).toMatchObject({ newest: minute(100), intervalsPrimed: new Set(['5m']) });
    const next = tracked(100, known);
    expect([next.writeFlat(), next.recent.at(minute(101))]).toMatchObject([true, { candle: { close: 7, volume: 0 } }]);
    expect(tracked().known([])).toMatchObject({ newest: undefined, recent: new Map() });
  });
});

describe('what markers wait for', () => {
  it('is the next candle of what the log knows, while it is traded', () => {
    const one = tracked(99);
    expect(one.awaited(minute(101))).toBe(minute(100));
    one.phase = 'halted';
    expect(one.awaited(minute(200))).toBeUndefined();
  });

  it('is nothing of a new instrument at first, but all of it where its past cannot be had for long', () => {
    const one = tracked();
    expect([one.awaited(minute(101)), one.awaited(minute(114))]).toEqual([undefined, undefined]);
    expect(one.awaited(minute(115))).toBeLessThanOrEqual(minute(0));
    one.phase = 'halted';
    expect(one.awaited(minute(115))).toBeUndefined();
  });

  it('is nothing of what the exchange says was never traded, and the next candle once it is', () => {
    const one = tracked();
    one.primed = true;
    expect(one.awaited(minute(500))).toBeUndefined();
    one.sequence.start(minute(499));
    one.write(one.sequence.offer(candleOf(499), 'rest'));
    one.expectedFrom = one.sequence.next;
    expect(one.awaited(minute(500))).toBe(minute(500));
  });
});
