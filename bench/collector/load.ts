import { openLog } from '@screener/log';
import { type BenchmarkCase, type CaseRun, CaseUnavailable, type Measurement } from '../framework/benchmark.ts';
import type { Side } from '../framework/side.ts';
import { percentile } from '../framework/statistics.ts';
import { withKafkaTopics } from '../log/bench-topics.ts';
import type { Minutes } from './candles.ts';
import { measureFrames } from './frame-rounds.ts';
import { type Durability, type Moments, momentKey } from './frame-side.ts';
import { collectorTopics } from './our-collector.ts';
import { daysAgo, minuteMs, openExchange, type SimulatedExchange } from './simulated-exchange.ts';

/** In real time: the load of a whole market, and the end of one minute in each round. */
const size = {
  full: { instruments: 500, speed: 1, rounds: 3, settleMs: 10_000 },
  quick: { instruments: 100, speed: 20, rounds: 1, settleMs: 0 },
} as const;
const frameEveryMs = 250;
const minutes = 1;

export const loadEmbedded: BenchmarkCase = {
  name: 'load/embedded',
  about:
    '500 instruments, four frames a second each, for a minute: what the collector takes, and how soon a final frame is durable',
  run: (bench: CaseRun) => measure(bench, 'embedded', undefined),
};

export const loadOnKafka: BenchmarkCase = {
  name: 'load/kafka',
  about: 'the same on Kafka',
  async run(bench: CaseRun) {
    const brokers = await bench.brokers();
    await refuseForeignTopics(brokers);
    return withKafkaTopics(brokers, collectorTopics(), () => measure(bench, 'kafka', brokers));
  },
};

const files = {
  collector: new URL('sides/our-collector.ts', import.meta.url),
  'by-hand': new URL('sides/by-hand.ts', import.meta.url),
} as const;
type SideName = keyof typeof files;

interface Taken {
  readonly cpuShare: number[];
  readonly rssMB: number[];
  readonly sinceReceived: number[];
  readonly sinceSent: number[];
}

async function measure(
  bench: CaseRun,
  engine: 'embedded' | 'kafka',
  brokers: readonly string[] | undefined,
): Promise<readonly Measurement[]> {
  const { instruments, speed, rounds, settleMs } = bench.quick ? size.quick : size.full;
  const exchange = await openExchange(bench, {
    ...{ instruments, speed, frameEveryMs: frameEveryMs * speed, steady: true },
    ...{ startAt: daysAgo(speed === 1 ? 0 : 1), patience: 'wall' },
  });
  const framesDue = (instruments * minutes * minuteMs) / (frameEveryMs * speed);
  const taken = { collector: nothing(), 'by-hand': nothing() };
  const sides = new Map<SideName, Side>();
  for (const name of Object.keys(files) as SideName[]) {
    sides.set(name, await bench.side({ name, file: files[name] }));
  }
  const places = new Map([...sides.keys()].map((name) => [name, { directory: bench.directory(), brokers }]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, side] of sides) {
      const place = places.get(name) ?? {};
      const work = await measureFrames({ exchange, side, name, place, minutes, settleMs }, framesDue);
      const moments = await momentsOf(exchange, side, work.minutes);
      await side.call('disconnect');
      const into = taken[name];
      into.cpuShare.push((100 * work.cpuMs) / work.wallMs);
      into.rssMB.push(work.rssMB);
      into.sinceReceived.push(moments.sinceReceived);
      into.sinceSent.push(moments.sinceSent);
      const [cpu, rss, received, sent] = [into.cpuShare, into.rssMB, into.sinceReceived, into.sinceSent].map((values) =>
        (values.at(-1) ?? 0).toFixed(1),
      );
      bench.say(
        `round ${round}, ${name}: ${cpu} % of a core, ${rss} MB, p99 ${received} ms since read, ${sent} ms since sent`,
      );
    }
  }
  const figure = (what: keyof Taken, name: string, unit: string): Measurement => ({
    ...{ name: `load/${engine}/${name}`, unit, peer: 'ws, JSON.parse and an append by hand' },
    ...{ ours: taken.collector[what], theirs: taken['by-hand'][what], goal: undefined },
  });
  return [
    figure('cpuShare', 'cpu', '% of a core'),
    figure('rssMB', 'rss', 'MB'),
    figure('sinceReceived', 'received-to-durable-p99', 'ms'),
    figure('sinceSent', 'sent-to-durable-p99', 'ms'),
  ];
}

const nothing = (): Taken => ({ cpuShare: [], rssMB: [], sinceReceived: [], sinceSent: [] });

/** All final frames of the minutes, or it is not the whole truth. */
async function momentsOf(exchange: SimulatedExchange, side: Side, { from, to }: Minutes) {
  const { received, durable } = await side.call<Durability>('durability');
  const sent = await exchange.side.call<Moments>('sent');
  const since: { received: number[]; sent: number[] } = { received: [], sent: [] };
  const { symbols } = exchange.place;
  let absent = 0;
  for (const symbol of symbols) {
    for (let openTime = from; openTime <= to; openTime += minuteMs) {
      const key = momentKey(`binance:usdm:${symbol}`, openTime);
      const [sentAt, receivedAt, durableAt] = [sent.get(key), received.get(key), durable.get(key)];
      if (sentAt === undefined || receivedAt === undefined || durableAt === undefined) {
        absent += 1;
        continue;
      }
      since.received.push(durableAt - receivedAt);
      since.sent.push(durableAt - sentAt);
    }
  }
  if (absent > 0) throw new Error(`${absent} final frames did not take the way that is measured`);
  return { sinceReceived: percentile(since.received, 0.99), sinceSent: percentile(since.sent, 0.99) };
}

/** The collector writes where it always does: not into a log that somebody has. */
async function refuseForeignTopics(brokers: readonly string[]): Promise<void> {
  const log = await openLog({ directory: '', brokers });
  try {
    const there = new Set((await log.describeTopics()).map(({ name }) => name));
    const [found] = collectorTopics().filter(({ name }) => there.has(name));
    if (found !== undefined) {
      throw new CaseUnavailable(`this Kafka has a topic '${found.name}' already: expected one without a log of ours`);
    }
  } finally {
    await log.close();
  }
}
