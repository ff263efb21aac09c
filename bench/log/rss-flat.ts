import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import type { Side } from '../framework/side.ts';
import { fittedEnds } from '../framework/statistics.ts';
import { benchTopic, uniqueName, withKafkaTopics } from './bench-topics.ts';

export interface ForwarderPlace {
  /** None: embedded, in `directory`. */
  readonly brokers?: readonly string[];
  readonly directory: string;
  readonly input: string;
  readonly output: string;
  readonly snapshots: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

export interface FeedRun {
  readonly topic: string;
  readonly from: number;
  readonly count: number;
  readonly recordBytes: number;
  readonly timestamp: number;
}

export interface Forwarded {
  readonly forwarded: number;
}

/** After a collection: what nobody collected yet fills the room that the heap once took, in steps that say nothing. */
export interface Memory {
  readonly rssMB: number;
  /** Of them in use by objects. */
  readonly heapMB: number;
}

const partitions = 6;
/** Small, so that ten million of them and what was made of them fit on a disk. */
const recordBytes = 64;
const fedAtOnce = 5_000;
/** The forwarder is at most so far behind: its memory is to be measured, not a backlog. */
const behindMax = 50_000;
/** Until so many events the heap grows to what the work needs. */
const warmUpEvents = { quick: 500_000, full: 5_000_000 } as const;
const totalEvents = { quick: 1_000_000, full: 15_000_000 } as const;
const retentionMs = 60_000;
/** Nothing was forwarded for so long: it hangs. */
const stuckMs = 60_000;
/** Looks at the memory, each after a collection. */
const looks = 200;
const pollMs = 20;

export const rssFlatOnKafka: BenchmarkCase = {
  name: 'rss-flat/kafka',
  about:
    'memory of an app that only forwards, over ten million events after five to warm up: the end of a fitted line beside its beginning',
  run: async (bench: CaseRun) => {
    const brokers = await bench.brokers();
    const [input, output, snapshots] = ['input', 'output', 'snapshots'].map(uniqueName) as [string, string, string];
    const place = { directory: '', brokers, input, output, snapshots, partitions, retentionMs };
    const topics = [input, output, snapshots].map((name) => benchTopic(name, { partitions, retentionMs }));
    return withKafkaTopics(brokers, topics, async () => {
      const forwarder = await openSide(bench, 'forwarder', place);
      return measure(bench, 'kafka', place, { forwarder, feeder: await openSide(bench, 'feeder', place) });
    });
  },
};

export const rssFlatEmbedded: BenchmarkCase = {
  name: 'rss-flat/embedded',
  about: 'the same on the embedded log, with the writer in the same process',
  run: async (bench: CaseRun) => {
    const names = { input: 'input', output: 'output', snapshots: 'snapshots' };
    const place = { directory: bench.directory(), ...names, partitions, retentionMs };
    const forwarder = await openSide(bench, 'forwarder', place);
    return measure(bench, 'embedded', place, { forwarder, feeder: forwarder });
  },
};

async function openSide(bench: CaseRun, name: 'forwarder' | 'feeder', place: ForwarderPlace): Promise<Side> {
  const file = new URL(`sides/our-${name}.ts`, import.meta.url);
  const side = await bench.side({ name, file, nodeOptions: ['--expose-gc'] });
  await side.call('open', place);
  return side;
}

async function measure(
  bench: CaseRun,
  engine: string,
  { input }: ForwarderPlace,
  { forwarder, feeder }: { forwarder: Side; feeder: Side },
): Promise<readonly Measurement[]> {
  const size = bench.quick ? 'quick' : 'full';
  const total = totalEvents[size];
  const points = { rss: [] as [number, number][], heap: [] as [number, number][] };
  let fed = 0;
  let state: Forwarded = { forwarded: 0 };
  let movedAt = performance.now();
  let looked = 0;
  while (state.forwarded < total) {
    if (fed < total && fed - state.forwarded < behindMax) {
      const run = { topic: input, from: fed, count: fedAtOnce, recordBytes, timestamp: Date.now() };
      await feeder.call('feed', run satisfies FeedRun);
      fed += fedAtOnce;
    } else {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    const now = await forwarder.call<Forwarded>('state');
    if (now.forwarded > state.forwarded) movedAt = performance.now();
    else if (performance.now() - movedAt > stuckMs) throw new Error(`stuck after ${now.forwarded} events`);
    state = now;
    if (state.forwarded < (looked + 1) * (total / looks)) continue;
    looked = Math.floor(state.forwarded / (total / looks));
    const { rssMB, heapMB } = await forwarder.call<Memory>('memory');
    if (looked % (looks / 10) === 0) {
      bench.say(
        `${state.forwarded} events: ${Math.round(rssMB)} MB, ${heapMB.toFixed(1)} MB of them in use by objects`,
      );
    }
    if (state.forwarded < warmUpEvents[size]) continue;
    points.rss.push([state.forwarded, rssMB]);
    points.heap.push([state.forwarded, heapMB]);
  }
  await forwarder.call('close');
  if (state.forwarded !== total) throw new Error(`${total} events came in, ${state.forwarded} were forwarded`);
  return (['rss', 'heap'] as const).map((what): Measurement => {
    const { first, last } = fittedEnds(points[what]);
    return {
      name: `rss-flat/${engine}/${what}`,
      unit: 'MB',
      peer: `itself after ${warmUpEvents[size]} of ${total} events`,
      ours: [last],
      theirs: [first],
      // What is in use at a look is what happens to be on its way: no goal.
      goal: what === 'rss' ? { ratioMax: 1.01 } : undefined,
    };
  });
}
