import type { CalculatorPlace } from '../calculator/our-calculator.ts';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, valuesOf } from '../framework/rounds.ts';
import type { MinuteLatencies } from './minute-to-alert.ts';
import type { Population } from './witness.ts';

const instruments = 500;
/** Real minutes are further apart: what an app does once it is quiet, after 100 ms, must not meet the next of them. */
const sizes = {
  full: { history: 1_445, run: { minutes: 100, pauseMs: 400 } },
  quick: { history: 100, run: { minutes: 20, pauseMs: 100 } },
} as const;
const goalMs = { kafka: 100, embedded: 30 } as const;

const about = `${instruments} instruments close in the same instant: from durable candles to alerts readable with read_committed, of one instrument in fifty and of each; beside the metrics that they are made of`;

export const alertsOnKafka: BenchmarkCase = {
  name: 'alerts/kafka',
  about: `${about}; calculator and alerter in processes of their own`,
  async run(bench: CaseRun) {
    const place: CalculatorPlace = { directory: '', brokers: await bench.brokers() };
    const driver = await openDriver(bench, place);
    for (const app of ['calculator', 'alerter'] as const) {
      const side = await bench.side({ name: app, file: new URL('sides/apps.ts', import.meta.url) });
      await side.call('open', { place, apps: [app] });
    }
    return measure(bench, 'kafka', driver);
  },
};

export const alertsEmbedded: BenchmarkCase = {
  name: 'alerts/embedded',
  about: `${about}; everything in one process`,
  async run(bench: CaseRun) {
    return measure(bench, 'embedded', await openDriver(bench, { directory: bench.directory() }));
  },
};

type Driver = Awaited<ReturnType<CaseRun['side']>>;

async function openDriver(bench: CaseRun, place: CalculatorPlace): Promise<Driver> {
  const driver = await bench.side({ name: 'driver', file: new URL('sides/driver.ts', import.meta.url) });
  await driver.call('open', { place, instruments });
  return driver;
}

/** With a day of state. */
async function measure(bench: CaseRun, engine: keyof typeof goalMs, driver: Driver): Promise<readonly Measurement[]> {
  const { history, run } = sizes[bench.quick ? 'quick' : 'full'];
  const records = await driver.call<number>('fill', history);
  bench.say(`${records} records of ${history} minutes are written`);
  const measurements: Measurement[] = [];
  // The worse one comes last: what it leaves behind is nobody's.
  for (const population of ['usual', 'crowd'] as const) {
    measurements.push(...(await latenciesOf(bench, { engine, population, driver, run })));
  }
  await driver.close();
  return measurements;
}

interface Asked {
  readonly engine: keyof typeof goalMs;
  readonly population: Population;
  readonly driver: Driver;
  readonly run: { readonly minutes: number; readonly pauseMs: number };
}

async function latenciesOf(bench: CaseRun, { engine, population, driver, run }: Asked): Promise<Measurement[]> {
  await driver.call('warmUp', { population });
  let told = false;
  const side = {
    name: 'ours',
    measure: async () => {
      const { metrics, alerts, alertsPerMinute } = await driver.call<MinuteLatencies>('run', run);
      if (!told) bench.say(`${population}: ${alertsPerMinute.toFixed(1)} alerts a minute are waited for`);
      told = true;
      const figures = { p50: alerts.p50, p99: alerts.p99, max: alerts.max };
      const ofMetrics = { metricsP50: metrics.p50, metricsP99: metrics.p99, metricsMax: metrics.max };
      // Each alert that a minute must have was there, or the run would not have ended.
      return { figures: { ...figures, ...ofMetrics }, output: 'all' };
    },
  };
  const rounds = await interleave([side], bench);
  return (['p50', 'p99', 'max'] as const).map((figure) => ({
    ...{ name: `alerts/${engine}/${population}/${figure}`, unit: 'ms', peer: 'metrics of the same candles, readable' },
    ours: valuesOf(rounds, 'ours', figure),
    theirs: valuesOf(rounds, 'ours', `metrics${figure === 'p50' ? 'P50' : figure === 'p99' ? 'P99' : 'Max'}`),
    goal: figure === 'p99' ? { oursMax: goalMs[engine] } : undefined,
  }));
}
