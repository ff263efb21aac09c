import { describe, expect, it } from 'vitest';
import { slidingShare } from '../exchange-from-spec.ts';
import { WeightLedger } from './weight-ledger.ts';

describe('a limit that slides', () => {
  it('is never exceeded, however its window lies against ours', () => {
    let time = 1_234_567;
    const limit = 40;
    const windowMs = 2_000;
    const ledger = new WeightLedger({ weightPerWindow: limit, windowMs, usableShare: slidingShare, now: () => time });
    const sentAt: number[] = [];
    while (sentAt.length < 200) {
      const waitMs = ledger.waitMs(1);
      expect(waitMs).toBeLessThanOrEqual(windowMs + 200);
      time += waitMs;
      ledger.take(1);
      ledger.settle(1, undefined);
      sentAt.push(time);
      // Late in one window and early in the next: the worst that fixed windows can do.
      if (sentAt.length % 20 === 0) time += 1_990 - (time % windowMs);
    }
    const busiest = Math.max(
      ...sentAt.map((start) => sentAt.filter((at) => at >= start && at < start + windowMs).length),
    );
    expect(busiest).toBeLessThanOrEqual(limit);
    expect(busiest).toBeGreaterThan(limit * slidingShare);
  });
});
