import { ScreenerError } from '@screener/errors';
import { decodeEvent } from '@screener/events';
import { createLogger } from '@screener/service';
import { describe, expect, it } from 'vitest';
import { ExchangeTime } from './exchange-time.ts';
import { Outbox } from './outbox.ts';
import { RecentCandles } from './recent-candles.ts';
import { candleOf, listed, minute, type Script, scriptedExchange } from './testing/scripted-exchange.ts';
import { nothingKnown, Tracked } from './tracked.ts';
import { verifyCandles } from './verify-candles.ts';

const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => {}, now: () => 0 });

/** Candles 1 to 120 are known of the log. */
function bed(script: Script) {
  const exchange = scriptedExchange(script);
  const corrected: string[] = [];
  const outbox = new Outbox({
    writer: {
      async append(records) {
        for (const { value } of records) {
          const { type, event } = decodeEvent(value ?? new Uint8Array());
          if (type === 'KlineCorrected') corrected.push(`${event.openTime / minute(1)} ${event.close}`);
        }
      },
    },
    written: () => {},
    failed: () => {},
  });
  const recent = new Map(
    Array.from({ length: 120 }, (_, index) => [
      minute(index + 1),
      { candle: candleOf(index + 1), source: 'stream' as const },
    ]),
  );
  const { signal } = new AbortController();
  const facts = { instrument: 'binance:usdm:AUSDT', partition: 0, listed: listed('AUSDT'), intervals: [], signal };
  const known = { ...nothingKnown, newest: minute(120), recent };
  const tracked = new Tracked({ ...facts, known, outbox, wrote: () => {} });
  const time = new ExchangeTime(minute(500), 0);
  time.heard(minute(500), false, minute(500) + 30_000, 0);
  const verify = (to: number, written = tracked.takenOver ?? tracked.recent) =>
    verifyCandles(tracked, written, minute(to), {
      exchange,
      logger,
      problem: () => {},
      now: () => 0,
      time,
      corrected: () => {},
    });
  return { tracked, exchange, corrected, verify };
}

describe('comparing what was written', () => {
  it('begins with all that was pushed before this process came, even if it has long been away', async () => {
    const { tracked, exchange, corrected, verify } = bed({
      klines: ({ from, to }) => [5, 120, 121].map((number) => candleOf(number, 7)).filter(isIn(from, to)),
    });
    // What passed meanwhile has taken the place of it.
    for (let number = 121; number < 400; number++) tracked.write(tracked.sequence.offer(candleOf(number, 7), 'rest'));
    expect(await verify(399)).toBe(true);
    expect(exchange.asked[0]).toMatchObject({ from: minute(1), to: minute(121) });
    expect(corrected).toEqual(['5 7', '120 7']);
    await verify(399);
    expect(exchange.asked[1]).toMatchObject({ from: minute(301), to: minute(400) });
  });

  it('is tried again where it fails, and nothing is corrected twice', async () => {
    let fails = true;
    const { corrected, verify } = bed({
      klines({ from, to }) {
        if (fails) throw new Error('no answer');
        return [119, 120, 121].map((number) => candleOf(number, 7)).filter(isIn(from, to));
      },
    });
    expect(await verify(399)).toBe(false);
    fails = false;
    expect(await verify(399)).toBe(true);
    expect(await verify(399)).toBe(true);
    expect(corrected).toEqual(['119 7', '120 7']);
  });

  it('believes no row that nothing follows and that may still be in progress', async () => {
    const { tracked, corrected, verify } = bed({ klines: () => [candleOf(500, 7)] });
    tracked.takenOver = undefined;
    for (let number = 121; number <= 500; number++) tracked.write(tracked.sequence.offer(candleOf(number), 'stream'));
    await verify(500);
    expect(corrected).toEqual([]);
  });

  it('is over where the exchange does not know the symbol', async () => {
    const facts = { exchange: 'X', symbol: 'AUSDT', reason: 'no' };
    const { tracked, exchange, verify } = bed({
      klines() {
        throw new ScreenerError('EXCHANGE_SYMBOL_UNKNOWN', facts);
      },
    });
    expect(await verify(399)).toBe(true);
    expect([tracked.takenOver, exchange.asked.length]).toEqual([undefined, 1]);
  });

  it("looks at all of the last day, and leaves its place alone once it may be another one's", async () => {
    let isOn = true;
    const { tracked, exchange, corrected, verify } = bed({
      klines({ from, to }) {
        if (!isOn) tracked.older = undefined;
        return [7, 1_300].map((number) => candleOf(number, 7)).filter(isIn(from, to));
      },
    });
    const day = (): RecentCandles => {
      const older = new RecentCandles(1_440);
      for (let number = 2; number <= 110; number++) {
        older.put(minute(number), { candle: candleOf(number), source: 'stream' });
      }
      tracked.older = older;
      return older;
    };
    expect(await verify(399, day())).toBe(true);
    expect(exchange.asked[0]).toMatchObject({ from: minute(2), to: minute(111) });
    expect([corrected, tracked.older]).toEqual([['7 7'], undefined]);
    isOn = false;
    expect(await verify(399, day())).toBe(false);
    expect(corrected).toEqual(['7 7']);
  });
});

const isIn =
  (from: number, to: number) =>
  ({ openTime }: { readonly openTime: number }): boolean =>
    openTime >= from && openTime <= to;
