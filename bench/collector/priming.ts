import { createBinanceUsdm, primingPlan } from '@screener/exchanges';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { daysAgo, minuteMs, openExchange } from './simulated-exchange.ts';

/** In real time: any faster, and on a busy machine its processor is what is measured. */
const size = {
  full: { instruments: 400, speed: 1, rounds: 3 },
  quick: { instruments: 100, speed: 5, rounds: 1 },
} as const;
/**
 * As many requests of the same weight as for older ones; with years of daily bars the simulated exchange, which computes each
 * of their minutes, would be what is measured.
 */
const listedDays = 10;
const frameEveryMs = 1_000;
const askEveryMs = 50;
/** The list, the values of the day and the time weigh something as well: about three and a half minutes. */
const goal = { ratioMax: 1.1 } as const;
const primedWithinMinutes = 15;

export const priming: BenchmarkCase = {
  name: 'priming',
  about:
    'from the start of a collector with an empty log until 400 instruments have their candles and bars, in minutes of the exchange',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const { instruments, speed, rounds } = bench.quick ? size.quick : size.full;
    const { capabilities } = createBinanceUsdm({ now: Date.now, random: Math.random });
    const plan = primingPlan(capabilities, instruments);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      const { took, requests, refused } = await prime(bench, instruments, speed);
      bench.say(`round ${round}: ${took.toFixed(2)} min, ${requests} requests, ${refused} refused`);
      ours.push(took);
      theirs.push(plan.minutes);
    }
    bench.say(`the plan: ${plan.requests} requests, weight ${plan.weight}`);
    return [
      {
        ...{ name: 'priming', unit: 'min', peer: `weight ${plan.weight} at ${capabilities.weightPerMinute} a minute` },
        ...{ ours, theirs, goal },
      },
    ];
  },
};

/** Minutes of the exchange's clock. */
async function prime(bench: CaseRun, instruments: number, speed: number) {
  const exchange = await openExchange(bench, {
    ...{ instruments, speed, frameEveryMs: frameEveryMs * speed, steady: false },
    ...{ startAt: daysAgo(1), patience: 'simulated', listedDays },
  });
  const side = await bench.side({ name: 'collector', file: new URL('sides/our-collector.ts', import.meta.url) });
  const begin = exchange.now();
  const minutes = (): number => (exchange.now() - begin) / minuteMs;
  const place = { exchange: exchange.place, directory: bench.directory(), clock: 'simulated', priming: undefined };
  await side.call('connect', place);
  for (;;) {
    const { primedShare = 0, instruments: found = 0 } = await side.call<Readonly<Record<string, number>>>('numbers');
    if (found === instruments && primedShare === 1) break;
    if (minutes() > primedWithinMinutes)
      throw new Error(`${primedShare * 100} % primed after ${primedWithinMinutes} min`);
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
  const took = minutes();
  const asked = await exchange.side.call<{ sent: number; refused: number }>('requests');
  await side.call('disconnect');
  await exchange.side.call('close');
  await Promise.all([side.close(), exchange.side.close()]);
  return { took, requests: asked.sent, refused: asked.refused };
}
