import { decodeEvent } from '@screener/events';
import { expect, it } from 'vitest';
import { Outbox } from './outbox.ts';
import { primeBars } from './prime-bars.ts';
import { candleOf, listed, minute, scriptedExchange } from './testing/scripted-exchange.ts';
import { nothingKnown, Tracked } from './tracked.ts';

const unreadable = { reason: 'absurd-numbers' as const, text: 'high below low', sample: '' };

it('bars of which some cannot be read are asked for again, and go without them only in the end', async () => {
  for (const [refusedCalls, calls, bars] of [
    [2, 3, 2],
    [99, 5, 2],
  ] as const) {
    const exchange = scriptedExchange({
      klines: () => [candleOf(5), candleOf(10)],
      refused: (call) => (call <= refusedCalls ? [unreadable] : []),
    });
    const primed: number[] = [];
    const outbox = new Outbox({
      writer: {
        async append([record]) {
          const { type, event } = decodeEvent(record?.value ?? new Uint8Array());
          if (type === 'BarsPrimed') primed.push(event.openTime.length);
        },
      },
      written: () => {},
      failed: () => {},
    });
    const { signal } = new AbortController();
    const facts = { instrument: 'binance:usdm:AUSDT', partition: 0, listed: listed('AUSDT'), known: nothingKnown };
    const tracked = new Tracked({ ...facts, intervals: ['5m'], outbox, wrote: () => {}, signal });
    const complaints: string[] = [];
    const more = { now: () => 0, random: () => 0, bars: 3, problem: () => {} };
    for (let round = 0; round < 8 && tracked.intervalsWanted.length > 0; round++) {
      const complain = (what: string): void => void complaints.push(what);
      await primeBars(tracked, minute(20), { ...more, exchange, complain });
    }
    expect(exchange.asked).toHaveLength(calls);
    expect(complaints).toHaveLength(calls - 1);
    expect(primed).toEqual([bars]);
  }
});
