import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, type Rounds, valuesOf } from '../framework/rounds.ts';
import type { Side } from '../framework/side.ts';
import { withCalculatorTopics } from './calculator-topics.ts';
import { buildKafkaStreams } from './kafka-streams.ts';
import { type CheckedMinute, MinuteDriver } from './minute-driver.ts';
import { wallTime } from './minute-lane.ts';
import { calculatorGroup, candleTopic, metricsTopic } from './our-calculator.ts';
import { type RingsPeer, startRingsPeer } from './rings-peer.ts';
import { sampleOf } from './window-check.ts';

/**
 * A day of state. The last hours come minute by minute, as in life: an app that is behind takes its snapshots by records, one
 * that keeps up every hour.
 */
const sizes = {
  full: { instruments: 500, history: 1_380, minuteByMinute: 125 },
  quick: { instruments: 100, history: 1_380, minuteByMinute: 65 },
} as const;
const instance = 'bench';
const sampleSize = 12;
/** The windows that both sides have are all full by now. */
const windowsOfInstrument = 6;

interface Restarted {
  /** kill -9 at once; resolves when what is started instead is ready. */
  restart(): Promise<void>;
  readonly driver: MinuteDriver;
  /** Of the driver. */
  readonly lane: string;
  readonly checked: CheckedMinute;
}

export const restart: BenchmarkCase = {
  name: 'restart',
  about:
    'kill -9 of a calculator with 500 instruments and 24 h of state: until the first right metric, and until those of all instruments; beside Kafka Streams with rings in the Processor API, its state directory lost with the machine, and kept',
  async run(bench: CaseRun) {
    const classPath = await buildKafkaStreams(bench.say);
    return withCalculatorTopics(bench, async ({ brokers }) => {
      const peer = await startRingsPeer(bench, brokers, classPath);
      try {
        return figuresOf(await measure(bench, brokers, peer));
      } finally {
        await peer.kill();
      }
    });
  },
};

async function measure(bench: CaseRun, brokers: readonly string[], peer: RingsPeer): Promise<Rounds> {
  const { instruments, history, minuteByMinute } = sizes[bench.quick ? 'quick' : 'full'];
  const size = { instruments };
  const driver = await MinuteDriver.open(bench, { directory: '', brokers });
  const fill = async (lane: string, group: string, topic: string): Promise<void> => {
    await driver.fill(lane, history, { group, topic });
    await driver.run(lane, { minutes: minuteByMinute, pauseMs: 0 });
    bench.say(`${lane}: has its state`);
  };
  let calculator = await startCalculator(bench, brokers);
  await driver.openLane('ours', { input: candleTopic, output: metricsTopic, size });
  await fill('ours', calculatorGroup, candleTopic);
  await driver.openLane('streams', { input: peer.input, output: peer.output, size });
  await fill('streams', peer.group, peer.input);

  const minutes = new Map<string, number>();
  const measured = (lane: string, by: CheckedMinute['by'], restarted: () => Promise<void>) => (): Promise<Outcome> => {
    const after = (minutes.get(lane) ?? history + minuteByMinute) + 1;
    minutes.set(lane, after);
    const checked = { by, minutes: after, sample: sampleOf(instruments, sampleSize) };
    return measureRestart({ restart: restarted, driver, lane, checked });
  };
  const restartOurs = async (): Promise<void> => {
    process.kill(calculator.pid, 'SIGKILL');
    calculator = await startCalculator(bench, brokers);
  };
  const sides: readonly MeasuredSide[] = [
    { name: 'ours', measure: measured('ours', 'ours', restartOurs) },
    { name: 'lost', measure: measured('streams', 'peers', () => peer.restart('lost')) },
    { name: 'kept', measure: measured('streams', 'peers', () => peer.restart('kept')) },
  ];
  const rounds = await interleave(sides, bench);
  // Before their topics are removed.
  await Promise.all([calculator.close(), driver.close()]);
  return rounds;
}

type Outcome = Awaited<ReturnType<MeasuredSide['measure']>>;

/** The candles of the next minute are in the log while the app is away. */
async function measureRestart({ restart: again, driver, lane, checked }: Restarted): Promise<Outcome> {
  const killedAt = wallTime();
  const ready = again();
  const [{ firstAt, allAt }] = await Promise.all([driver.minute(lane), ready]);
  const right = await driver.check(lane, checked);
  if (right < checked.sample.length * windowsOfInstrument)
    throw new Error(`${lane}: only ${right} windows of the minute are there`);
  return { figures: { first: firstAt - killedAt, all: allAt - killedAt }, output: 'right' };
}

async function startCalculator(bench: CaseRun, brokers: readonly string[]): Promise<Side> {
  const side = await bench.side({ name: 'calculator', file: new URL('sides/our-calculator.ts', import.meta.url) });
  await side.call('open', { directory: '', brokers, instance });
  return side;
}

const figuresOf = (rounds: Rounds): readonly Measurement[] =>
  (['first', 'all'] as const).flatMap((figure): readonly Measurement[] => {
    const shared = { unit: 'ms', ours: valuesOf(rounds, 'ours', figure) } as const;
    const goal = figure === 'first' ? ({ ratioMax: 0.5 } as const) : undefined;
    const peer = 'Kafka Streams, rings in the Processor API';
    return [
      { ...shared, name: `restart/${figure}`, peer, theirs: valuesOf(rounds, 'lost', figure), goal },
      {
        ...{ ...shared, name: `restart/${figure}/directory-kept`, peer: `${peer}, state directory kept` },
        ...{ theirs: valuesOf(rounds, 'kept', figure), goal: undefined },
      },
    ];
  });
