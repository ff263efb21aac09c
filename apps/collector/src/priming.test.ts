/** What is fetched at first sight of an instrument, what is said of it, and how it goes on after an end in between. */
import { type BarsPrimed, decodeAs, decodeEvent } from '@screener/events';
import type { Exchange, KlineRange } from '@screener/exchanges';
import { type Log, partitionOf } from '@screener/log';
import { aggregateCandles, intervalMinutes } from '@screener/market';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf } from './testing/log-contents.ts';
import { primeBars } from './testing/test-collector.ts';
import { createWorlds, primeMinutes } from './testing/world.ts';

const { world, cleanUp } = createWorlds();
afterEach(cleanUp);
const waiting = { timeout: 25_000, interval: 50 };

async function barsOf(log: Log): Promise<readonly (BarsPrimed & { key: string; partition: number })[]> {
  const bars: (BarsPrimed & { key: string; partition: number })[] = [];
  for await (const batch of log.reader({ topic: 'bars.primed', from: 'beginning', until: 'end' })) {
    for (const { key, value, partition } of batch) {
      bars.push({ ...decodeAs('BarsPrimed', value ?? new Uint8Array()), key: key ?? '', partition });
    }
  }
  return bars;
}

async function barsAmongCandles(log: Log): Promise<readonly BarsPrimed[]> {
  const bars: BarsPrimed[] = [];
  for await (const batch of log.reader({ topic: 'klines.closed', from: 'beginning', until: 'end' })) {
    for (const { key, value } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type !== 'BarsPrimed') continue;
      expect(key).toBe(event.instrument);
      bars.push(event);
    }
  }
  return bars;
}

describe('priming', () => {
  it('fetches candles and closed bars once, the most traded first, and says what it takes and took', async () => {
    const made = await world(30, 6);
    const { log, simulator, collect, reports, reported } = made;
    const lines: string[] = [];
    const asked: KlineRange[] = [];
    const through = (exchange: Exchange): Exchange => ({
      ...exchange,
      klines(range) {
        asked.push(range);
        return exchange.klines(range);
      },
    });
    const collector = await collect({ through, said: (line) => lines.push(line) });
    await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), waiting);
    await vi.waitFor(() => expect(lines.join('')).toMatch(/6 instruments primed and caught up, which took/), waiting);
    await collector.stop();
    expect(lines.join('')).toMatch(
      /priming 6 instruments with 40 candles and 20 bars each of 5m 1h: 18 requests, weight 18/,
    );
    expect(reported.text).toMatch(/6 instruments/);
    const bars = await barsOf(log);
    expect(new Set(bars.map(({ key }) => key)).size).toBe(12);
    // Among the candles, too, where the calculator reads them in order.
    const among = await barsAmongCandles(log);
    const names = among.map(({ instrument, interval }) => `${instrument}/${interval}`);
    expect(names.sort()).toEqual(bars.map(({ key }) => key).sort());
    expect(bars).toHaveLength(12);
    const values = await made.exchange.dayValues();
    const byValue = [...values].sort(([, left], [, right]) => right - left).map(([symbol]) => symbol);
    const order = asked.filter(({ interval }) => interval === '5m').map(({ symbol }) => symbol);
    expect(order).toEqual(byValue);
    const { candles } = await contentsOf(log);
    for (const [instrument, events] of candles) {
      expect(events.length, instrument).toBeGreaterThanOrEqual(primeMinutes);
      for (const { openTime, close } of events) {
        expect(close).toBe(simulator.ledger.candleAt(instrument.split(':')[2] ?? '', openTime).close);
      }
    }
    for (const { instrument, interval, partition, ...columns } of bars) {
      const minutes = intervalMinutes[interval as '5m' | '1h'];
      expect(columns.openTime).toHaveLength(primeBars);
      const [from = 0] = columns.openTime;
      const to = (columns.openTime.at(-1) ?? 0) + (minutes - 1) * 60_000;
      const symbol = instrument.split(':')[2] ?? '';
      const expected = aggregateCandles(simulator.ledger.candles(symbol, from, to), minutes);
      for (const field of ['openTime', 'open', 'high', 'low', 'close', 'trades'] as const) {
        expect(columns[field], `${instrument} ${interval} ${field}`).toEqual(expected.map((bar) => bar[field]));
      }
      expect(partition).toBe(partitionOf(instrument, 12));
    }
  }, 60_000);

  it('goes on where it was ended, and fetches nothing twice', async () => {
    const { log, collect, reports, exchange } = await world(30, 8);
    const first = await collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBeGreaterThan(3), waiting);
    await first.stop();
    const second = await collect();
    await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), waiting);
    await second.stop();
    const { requests } = exchange.restState();
    const third = await collect();
    await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), waiting);
    await third.stop();
    expect((await barsOf(log)).length).toBe(16);
    // The time, the list, the values and what passed meanwhile; no bars.
    expect(exchange.restState().requests - requests).toBeLessThan(8 * 2 + 6);
    const { candles } = await contentsOf(log);
    for (const events of candles.values()) expect(events.length).toBeGreaterThanOrEqual(primeMinutes);
  }, 60_000);
});
