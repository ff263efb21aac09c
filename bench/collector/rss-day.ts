import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { fittedEnds, median } from '../framework/statistics.ts';
import type { CollectorPlace } from './our-collector.ts';
import { daysAgo, minuteMs, openExchange } from './simulated-exchange.ts';

/** Simulated: one frame each ten seconds and instrument is what a machine bears at that speed. */
const frameEveryMs = 10_000;
/** The warm-up, and a day after it. At this speed garbage is made so fast that the heap takes hours to find its size. */
const size = {
  full: { instruments: 200, speed: 240, hours: 36, warmUpHours: 12 },
  quick: { instruments: 40, speed: 240, hours: 1, warmUpHours: 0.25 },
} as const;
const sampleEveryMs = { full: 1_000, quick: 250 } as const;
const hourMs = 60 * minuteMs;
/** All that an instrument's memory of the last minutes can hold is there after the warm-up. */
const priming = { primeMinutes: 60, primeBars: 0, intervals: [] } as const;

/** After a collection. */
export interface Memory {
  readonly rssMB: number;
  readonly heapMB: number;
}

export const rssDay: BenchmarkCase = {
  name: 'rss-day',
  about:
    'memory of the collector over a simulated day, garbage collected before each look: a line fitted after the warm-up',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const kind = bench.quick ? 'quick' : 'full';
    const { instruments, speed, hours, warmUpHours } = size[kind];
    const exchange = await openExchange(bench, {
      ...{ instruments, speed, frameEveryMs, steady: false },
      ...{ startAt: daysAgo(3), patience: 'simulated' },
    });
    const nodeOptions = ['--expose-gc'];
    const file = new URL('sides/our-collector.ts', import.meta.url);
    const side = await bench.side({ name: 'collector', file, nodeOptions });
    const place: CollectorPlace = {
      exchange: exchange.place,
      directory: bench.directory(),
      clock: 'simulated',
      priming,
    };
    await side.call('connect', place);
    const numbers = (): Promise<Readonly<Record<string, number>>> => side.call('numbers');
    const begin = exchange.now();
    const points = { rss: [] as [number, number][], heap: [] as [number, number][] };
    const candles: number[] = [];
    let told = 0;
    for (let passed = 0; passed < hours * hourMs; passed = exchange.now() - begin) {
      await exchange.until(exchange.now() + sampleEveryMs[kind] * speed);
      const { rssMB, heapMB } = await side.call<Memory>('memory');
      if (passed >= warmUpHours * hourMs) {
        points.rss.push([passed / hourMs, rssMB]);
        points.heap.push([passed / hourMs, heapMB]);
        candles.push((await numbers()).candlesPerMinute ?? 0);
      }
      if (passed < told * (hours / 8) * hourMs) continue;
      told += 1;
      bench.say(
        `${(passed / hourMs).toFixed(1)} h: ${rssMB.toFixed(1)} MB, ${heapMB.toFixed(1)} MB of them in use by objects`,
      );
    }
    const { repaired = 0, missing = 0, reconnections = 0 } = await numbers();
    await side.call('disconnect');
    const perMinute = median(candles);
    bench.say(
      `${perMinute} candles a minute, ${repaired} repaired, ${missing} missing, ${reconnections} reconnections`,
    );
    // A machine that stalls makes a minute late: what counts is that the collector had its work all day.
    if (perMinute < instruments / 2) throw new Error(`only ${perMinute} candles a minute`);
    const figure = (what: keyof typeof points): Measurement => {
      const { first, last } = fittedEnds(points[what]);
      return {
        ...{ name: `rss-day/${what}`, unit: 'MB', peer: `itself after ${warmUpHours} of ${hours} simulated hours` },
        ...{ ours: [last], theirs: [first], goal: { ratioMax: 1.01 } },
      };
    };
    return [figure('rss'), figure('heap')];
  },
};
