import { ensurePeers } from '../../scripts/peers.ts';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';
import { measureFrames } from './frame-rounds.ts';
import { daysAgo, minuteMs, openExchange } from './simulated-exchange.ts';

/**
 * As on the real exchange, four frames a second and one final frame a minute, but faster: what is measured is the work, not
 * how a processor wakes up now and then. Much faster, and not every client keeps up on every machine.
 */
const size = {
  full: { instruments: 500, speed: 5, minutes: 1 },
  quick: { instruments: 100, speed: 30, minutes: 1 },
} as const;
const frameEveryMs = 250;

const files = {
  stream: new URL('sides/our-stream.ts', import.meta.url),
  collector: new URL('sides/our-collector.ts', import.meta.url),
  bare: new URL('sides/bare-stream.ts', import.meta.url),
  ccxt: new URL('sides/ccxt-stream.ts', import.meta.url),
} as const;
type SideName = keyof typeof files;

export const cpuPerFrame: BenchmarkCase = {
  name: 'cpu-per-frame',
  about:
    'processor time for each frame of a candle, from the socket to the candle and to the log, beside ccxt and beside ws and JSON.parse alone',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const { instruments, speed, minutes } = bench.quick ? size.quick : size.full;
    const exchange = await openExchange(bench, {
      ...{ instruments, speed, frameEveryMs, steady: true },
      ...{ startAt: daysAgo(1), patience: 'simulated' },
    });
    const framesDue = (instruments * minutes * minuteMs) / frameEveryMs;
    const side = async (name: SideName): Promise<MeasuredSide> => {
      const process = await bench.side({ name, file: files[name] });
      return {
        name,
        async measure() {
          const place = name === 'collector' ? { directory: bench.directory(), clock: 'simulated' } : {};
          const round = { exchange, side: process, name, place, minutes };
          const { frames, cpuMs, output } = await measureFrames(round, framesDue);
          await process.call('disconnect');
          return { figures: { us: (cpuMs * 1_000) / frames }, output };
        },
      };
    };
    const sides = [await side('stream'), await side('bare'), await side('collector')];
    const withCcxt = await ensurePeers(bench.say);
    if (withCcxt) sides.push(await side('ccxt'));
    const rounds = await interleave(sides, bench);
    const us = (name: SideName): readonly number[] => valuesOf(rounds, name, 'us');
    const unit = 'CPU us/frame';
    const bare = { unit, peer: 'ws and JSON.parse alone', theirs: us('bare') };
    const stream = { ours: us('stream') };
    const figures: Measurement[] = [
      { name: 'cpu-per-frame/stream/json-parse', ...bare, ...stream, goal: { ratioMax: 3 } },
      { name: 'cpu-per-frame/collector/json-parse', ...bare, ours: us('collector'), goal: undefined },
    ];
    if (!withCcxt) return figures;
    const ccxt = { unit, peer: 'ccxt watchOHLCV', theirs: us('ccxt') };
    return [
      { name: 'cpu-per-frame/stream/ccxt', ...ccxt, ...stream, goal: { ratioMax: 0.1 } },
      { name: 'cpu-per-frame/collector/ccxt', ...ccxt, ours: us('collector'), goal: { ratioMax: 0.1 } },
      ...figures,
    ];
  },
};
