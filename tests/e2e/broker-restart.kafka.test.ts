/** A broker that is away for longer than a session: members join again by themselves, and nothing is lost or doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaClientName, type Log, type Member, openLog, type SourceTask, type TopicSpec } from '@screener/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalCluster, startLocalCluster } from '../../scripts/kafka/local-cluster.ts';
import { waitFor } from './running-screener.ts';

const clients: readonly KafkaClientName[] = ['platformatic', 'kafkajs'];
const partitions = 2;
/** Longer than the session of a member, and than a client of Kafka waits by itself. */
const awayMs = 8_000;
const patienceMs = 60_000;

const directory = mkdtempSync(join(tmpdir(), 'screener-restart-'));
let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await startLocalCluster({ directory: join(directory, 'kafka'), quickStart: true, notify: () => undefined });
}, 90_000);

afterAll(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** One source and one consumer on a client of their own. */
async function startPair(client: KafkaClientName) {
  const log = await openLog({ directory: '', brokers: cluster.brokers.split(','), client });
  const [input, output] = [`input-${client}`, `output-${client}`];
  await log.ensureTopics([topicOf(input), topicOf(output)]);
  const numbers = Array.from({ length: partitions }, (): number[] => []);
  const offsets = Array.from({ length: partitions }, () => 0);
  const members = [
    await log.source({ group: `writes-${client}`, input, task: (partition) => numbering(log, output, partition) }),
    await log.consumer({
      group: `reads-${client}`,
      input: output,
      task: (partition) => ({
        load: async () => offsets[partition],
        write: async (records, nextOffset) => {
          numbers[partition]?.push(...records.map(({ timestamp }) => timestamp));
          offsets[partition] = nextOffset;
        },
      }),
    }),
  ];
  const failures: unknown[] = [];
  for (const member of members) member.failed.catch((cause: unknown) => failures.push(cause));
  return { client, log, output, members, numbers, failures };
}

/** Appends 0, 1, 2, … from where the partition ends; the number is the record's time. */
function numbering(log: Log, topic: string, partition: number): SourceTask {
  let isOpen = true;
  let running: Promise<void> | undefined;
  return {
    start: async (writer) => {
      let next = (await timesIn(log, topic, partition)).length;
      const count = async (): Promise<void> => {
        for (; isOpen; next += 1) {
          await writer.append([{ topic, key: null, value: new Uint8Array(1), timestamp: next, partition }]);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      // What fails ends this task; another begins where the log ends.
      running = count().catch(() => undefined);
    },
    close: async () => {
      isOpen = false;
      await running;
    },
  };
}

async function timesIn(log: Log, topic: string, partition: number): Promise<number[]> {
  const times: number[] = [];
  const reader = log.reader({ topic, partitions: [partition], from: 'beginning', until: 'end' });
  for await (const batch of reader) times.push(...batch.map(({ timestamp }) => timestamp));
  return times;
}

const topicOf = (name: string): TopicSpec => ({
  ...{ name, about: 'a test', key: 'none', events: ['Heartbeat'], writers: ['tests'] },
  ...{ partitions, retentionMs: undefined, compact: false, compactionLagMs: 0, live: false },
});

const closeAll = async (members: readonly Member[]): Promise<void> => {
  for (const member of members) await member.close();
};

/** The broker goes when every first member has heard that it must share, and before it could say that it joins again. */
async function killInRebalance(pairs: readonly Awaited<ReturnType<typeof startPair>>[]): Promise<void> {
  const [node] = cluster.nodes;
  const sharing = new Set<KafkaClientName>();
  const allShare = Promise.withResolvers<void>();
  const killed = allShare.promise.then(() => node?.kill());
  const joinLate = ({ client, log, output }: (typeof pairs)[number]): Promise<Member> =>
    log.consumer({
      group: `late-${client}`,
      input: output,
      task: () => ({
        load: async () => undefined,
        write: async () => undefined,
        close: async () => {
          sharing.add(client);
          if (sharing.size === pairs.length) allShare.resolve();
          await killed;
        },
      }),
    });
  const firsts = await Promise.all(pairs.map(joinLate));
  const sharesOf = (members: readonly Member[]): string => members.map((member) => member.partitions()).join(' | ');
  await waitFor(
    () => firsts.every((member) => member.partitions().length === partitions),
    patienceMs,
    () => sharesOf(firsts),
  );
  const seconds = pairs.map(joinLate);
  for (const joining of seconds) joining.catch(() => undefined);
  await killed;
  await node?.start();
  const members = [...firsts, ...(await Promise.all(seconds))];
  await waitFor(
    () => members.every((member) => member.partitions().length === partitions / 2),
    patienceMs,
    () => sharesOf(members),
  );
  await closeAll(members);
}

test('members of both clients wait for it, and go on where they were', { timeout: 4 * patienceMs }, async () => {
  const pairs = await Promise.all(clients.map(startPair));
  const grown = async (): Promise<void> => {
    const goals = pairs.map(({ numbers }) => numbers.map(({ length }) => length + 20));
    await waitFor(
      () => pairs.every(({ numbers }, pair) => numbers.every(({ length }, p) => length >= (goals[pair]?.[p] ?? 0))),
      patienceMs,
      () =>
        `numbers read: ${pairs.map(({ client, numbers, failures }) => `${client} ${numbers.map(({ length }) => length)} ${failures}`)}`,
    );
  };
  await grown();
  const [node] = cluster.nodes;
  await node?.kill();
  const killedAt = performance.now();
  await waitFor(
    () => performance.now() - killedAt > awayMs,
    patienceMs,
    () => 'the broker is away',
  );
  await node?.start();
  await grown();
  await killInRebalance(pairs);
  await grown();
  for (const { log, output, members, numbers, failures } of pairs) {
    expect(failures).toEqual([]);
    await closeAll(members);
    for (const [partition, read] of numbers.entries()) {
      const written = await timesIn(log, output, partition);
      expect(written).toEqual(written.map((_, index) => index));
      expect(read).toEqual(written.slice(0, read.length));
    }
    await log.close();
  }
});
