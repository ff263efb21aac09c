/** Several collectors share the instruments: one joins, one leaves, one is cut off; no candle is lost or doubled. */
import { ScreenerError } from '@screener/errors';
import type { Exchange } from '@screener/exchanges';
import type { Log, SourceDefinition, SourceTask, SourceWriter } from '@screener/log';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf, expectLedger, liveMinutes } from './testing/log-contents.ts';
import type { Reported } from './testing/test-collector.ts';
import { startTestCollector } from './testing/test-collector.ts';
import { createWorlds, primeMinutes, type World } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);
const waiting = { timeout: 25_000, interval: 50 };
const passed = ({ simulator }: World, minutes: number): Promise<void> => {
  const until = simulator.now() + minutes * minuteMs;
  return vi.waitFor(() => expect(simulator.now()).toBeGreaterThan(until), waiting);
};

/** A log whose sources fail while `refuses` says why; as the engine does, they are begun anew until they do not. */
function refusing(log: Log, refuses: () => Error | undefined): Log {
  return new Proxy(log, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'source') return (definition: SourceDefinition) => target.source(withRefusals(definition, refuses));
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const againMs = 20;

function withRefusals(definition: SourceDefinition, refuses: () => Error | undefined): SourceDefinition {
  function lives(partition: number): SourceTask {
    let [task, over] = [definition.task(partition), false];
    let beginning: Promise<void> = Promise.resolve();
    const begin = (writer: SourceWriter): Promise<void> => {
      const own = definition.task(partition);
      let failed: Error | undefined;
      task = own;
      const append: SourceWriter['append'] = async (records) => {
        if (failed === undefined) {
          failed = refuses();
          if (failed === undefined) return writer.append(records);
          beginning = again(own, writer);
        }
        throw failed;
      };
      return own.start({ append });
    };
    const again = async (failed: SourceTask, writer: SourceWriter): Promise<void> => {
      await failed.close();
      await new Promise((resolve) => setTimeout(resolve, againMs));
      if (!over) await begin(writer);
    };
    return {
      start: begin,
      async close() {
        over = true;
        await beginning;
        await task.close();
      },
    };
  }
  return { ...definition, task: lives };
}

describe('collectors that share the work', () => {
  it('hand over when one joins and when one leaves', async () => {
    const made = await world(120, 14);
    const { log, simulator, clock } = made;
    const reports: Reported[] = [];
    const collect = (index: number) =>
      startTestCollector({
        ...{ log, clock, exchanges: [made.anotherExchange()] },
        report: (reported) => {
          reports[index] = reported;
        },
      });
    const first = await collect(0);
    await vi.waitFor(() => expect(reports[0]?.numbers).toMatchObject({ partitions: 12, primed: 14 }), waiting);
    const second = await collect(1);
    await vi.waitFor(() => expect(reports.map(({ numbers }) => numbers.partitions)).toEqual([6, 6]), waiting);
    await vi.waitFor(
      () => expect(reports.reduce((sum, { numbers }) => sum + (numbers.instruments ?? 0), 0)).toBe(14),
      waiting,
    );
    await passed(made, 6);
    await first.stop();
    await vi.waitFor(() => expect(reports[1]?.numbers).toMatchObject({ partitions: 12, instruments: 14 }), waiting);
    const third = await collect(2);
    await passed(made, 6);
    await second.stop();
    await passed(made, 4);
    await vi.waitFor(async () => expect(liveMinutes(await contentsOf(log), primeMinutes)).toBeGreaterThan(14), waiting);
    await third.stop();
    expectLedger(await contentsOf(log), simulator);
  }, 90_000);

  it('begin anew when the log refuses, fetch what passed meanwhile, and write nothing twice', async () => {
    const made = await world(120, 6);
    const { log, simulator } = made;
    let cause: Error | undefined;
    let refused = 0;
    const refuses = (): Error | undefined => {
      if (cause !== undefined) refused++;
      return cause;
    };
    const { reported: newest } = made;
    const collector = await made.collect({ log: refusing(log, refuses) });
    await vi.waitFor(() => expect(newest.numbers.primed).toBe(6), waiting);
    await passed(made, 2);
    cause = new Error('no space left on the device');
    await vi.waitFor(() => expect(newest.text).toContain('the log takes nothing: no space left'), waiting);
    expect(newest.status).toBe('degraded');
    expect(newest.numbers.errorsLogRefused).toBeGreaterThan(0);
    await passed(made, 4);
    cause = undefined;
    expect(refused).toBeGreaterThan(0);
    await vi.waitFor(() => expect(newest.text).not.toContain('the log takes nothing'), waiting);
    await vi.waitFor(async () => expect(liveMinutes(await contentsOf(log), primeMinutes)).toBeGreaterThan(8), waiting);
    // Another has taken over: that is no trouble of the log, and nobody hears of this partition here again.
    let fenced = 0;
    cause = new ScreenerError('TASK_FENCED', { group: 'collector', partition: 0 });
    await vi.waitFor(() => expect(refused).toBeGreaterThan(12), waiting);
    fenced = refused;
    expect(newest.text).not.toContain('the log takes nothing');
    await vi.waitFor(() => expect(refused).toBeGreaterThan(fenced + 12), waiting);
    expect(newest.text).not.toContain('the log takes nothing');
    cause = undefined;
    await passed(made, 2);
    await collector.stop();
    expectLedger(await contentsOf(log), simulator);
  }, 60_000);

  it('leave nothing behind where the log is away when they start', async () => {
    const made = await world(60, 3);
    const away = new Error('no broker answers');
    const log = new Proxy(made.log, {
      get(target, name) {
        if (name === 'source') return () => Promise.reject(away);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    let closed = 0;
    const through = (exchange: Exchange): Exchange => ({
      ...exchange,
      streamKlines(symbols, listener) {
        const stream = exchange.streamKlines(symbols, listener);
        return {
          ...stream,
          async close() {
            closed++;
            await stream.close();
          },
        };
      },
    });
    await expect(made.collect({ log, through })).rejects.toBe(away);
    expect(closed).toBe(1);
  }, 60_000);

  it('go on with whom the log says was collected, though a rank has changed meanwhile', async () => {
    const made = await world(60, 6);
    const { log, reports } = made;
    let values = ['A', 'B', 'C', 'D', 'E', 'F'];
    const ranked = (exchange: Exchange): Exchange => ({
      ...exchange,
      async dayValues() {
        const symbols = [...(await exchange.dayValues()).keys()].sort();
        const order = values.map((letter) => letter.charCodeAt(0) - 65);
        return new Map(order.map((index, rank) => [symbols[index] ?? '', 100 - rank]));
      },
    });
    const first = await made.collect({ through: ranked, filter: { topByVolume: 5 } });
    await vi.waitFor(() => expect(reports.get('primed')).toBe(5), waiting);
    await passed(made, 2);
    await first.stop();
    const before = [...(await contentsOf(log)).candles.keys()].sort();
    // The fifth is the sixth now: still within reach.
    values = ['A', 'B', 'C', 'D', 'F', 'E'];
    const second = await made.collect({ through: ranked, filter: { topByVolume: 5 } });
    const markersOf = async (): Promise<number> => (await contentsOf(log)).markers.get(0)?.length ?? 0;
    await vi.waitFor(() => expect(reports.get('primed')).toBe(6), waiting);
    const markers = await markersOf();
    await vi.waitFor(async () => expect(await markersOf()).toBeGreaterThan(markers + 1), waiting);
    await second.stop();
    const { candles } = await contentsOf(log);
    const newest = Math.max(...[...candles.values()].map((events) => events.at(-1)?.openTime ?? 0));
    for (const instrument of before) {
      expect(candles.get(instrument)?.at(-1)?.openTime, instrument).toBeGreaterThan(newest - 2 * minuteMs);
    }
  }, 60_000);
});
