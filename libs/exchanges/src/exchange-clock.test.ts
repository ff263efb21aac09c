import { describe, expect, it } from 'vitest';
import { ExchangeClock } from './exchange-clock.ts';

describe('the clock of an exchange', () => {
  it('is ours until the exchange has said its time', () => {
    const clock = new ExchangeClock(() => 1_000);
    expect([clock.state, clock.time(0), clock.time(1_500)]).toEqual([undefined, 1_000, 1_500]);
  });

  it('takes the middle of the round trip, and prefers short ones', () => {
    const clock = new ExchangeClock(() => 100_000);
    clock.measured(103_050, 100_000, 100_100);
    expect(clock.state).toEqual({ offsetMs: 3_000, measuredAt: 100_100, roundTripMs: 100 });
    expect(clock.time(0)).toBe(103_000);
    clock.measured(104_000, 101_000, 103_000); // says 2 s, and may be wrong by one
    expect(clock.state?.offsetMs).toBe(3_000);
    clock.measured(107_010, 104_000, 104_010);
    expect(clock.state).toEqual({ offsetMs: 3_005, measuredAt: 104_010, roundTripMs: 10 });
  });

  it('believes a worse measurement when the better one is old, or cannot be true any more', () => {
    const clock = new ExchangeClock(() => 0);
    clock.measured(1_005, 0, 10);
    clock.measured(700_400, 700_000, 700_800);
    expect(clock.state?.offsetMs).toBe(0);
    clock.measured(760_000, 700_900, 702_900); // somebody set a clock
    expect(clock.state?.offsetMs).toBe(58_100);
  });
});
