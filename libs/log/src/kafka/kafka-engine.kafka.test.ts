/** What is Kafka's own beside the contract: foreign transactions, members that die, brokers that are not there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bench, type Bench as BenchType, bytes, text, uniqueName, until } from '../contract/bench.ts';
import { partitionOf } from '../partitioner.ts';
import type { ClientName } from './client.ts';
import { Cluster } from './cluster.ts';
import { findAppended } from './in-doubt.ts';
import { openKafkaEngine } from './kafka-engine.ts';
import { moveOn, newSequences, placeRecords, produce, toBatches } from './produce.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');

describe.skipIf(brokers.length === 0).each(clients)('the Kafka engine through %s', (client) => {
  const bench: BenchType = new Bench(() => openKafkaEngine({ brokers, clientId: 'engine-test', client }));
  // A client that shares no code with ours.
  const witness = new Kafka({ brokers, clientId: 'witness', logLevel: logLevel.NOTHING });
  const children: ChildProcess[] = [];
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Runs `member.fixture.ts` in a process of its own. */
  function startMember(...given: string[]): { child: ChildProcess; line: (start: string) => Promise<string> } {
    const file = new URL('./member.fixture.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [file, brokers.join(','), client, ...given], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    createInterface(child.stdout!).on('line', (printed) => lines.push(printed));
    return {
      child,
      line: async (start) => {
        await until(`a line '${start}'`, () => lines.some((printed) => printed.startsWith(start)));
        return lines.find((printed) => printed.startsWith(start)) ?? '';
      },
    };
  }

  test('aborted transactions stay invisible, also when they are larger than a response', async () => {
    const topic = await bench.topic('aborted', { partitions: 1 });
    const producer = witness.producer({
      transactionalId: uniqueName('witness'),
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const expected: string[] = [];
    for (const [i, commit] of [false, true, false, false, true].entries()) {
      const transaction = await producer.transaction();
      for (let part = 0; part < 6; part += 1) {
        const value = Buffer.alloc(500_000, `${i}`);
        await transaction.send({ topic, messages: [{ key: 'a', value }] });
        if (commit) expected.push(`${i}`);
      }
      await (commit ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    expect((await bench.read(topic)).map(({ value }) => text(value?.subarray(0, 1)))).toEqual(expected);
  });

  test('a transaction that stays open holds nobody up who reads until the end', async () => {
    const topic = await bench.topic('open', { partitions: 1 });
    await bench.engine.writer().append([{ topic, key: 'a', value: bytes('before'), timestamp: 1 }]);
    const producer = witness.producer({
      transactionalId: uniqueName('witness'),
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ key: 'a', value: 'open' }] });
    expect((await bench.read(topic)).map(({ value }) => text(value))).toEqual(['before']);
    await transaction.commit();
    await producer.disconnect();
    expect((await bench.read(topic)).map(({ value }) => text(value))).toEqual(['before', 'open']);
  });

  test('other clients put the same key into the same partition', async () => {
    const topic = await bench.topic('partitioner', { partitions: 12 });
    const keys = Array.from({ length: 200 }, (_, i) => `binance:usdm:${i}ÄUSDT`);
    const producer = witness.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: keys.map((key) => ({ key, value: 'x' })) });
    await producer.disconnect();
    const read = await bench.read(topic);
    expect(read).toHaveLength(keys.length);
    for (const { key, partition } of read) expect(partition).toBe(partitionOf(key, 12));
  });

  test('a record that the broker refuses fails its own append and no other', async () => {
    const topic = await bench.topic('refused', { partitions: 2 });
    const writer = bench.engine.writer();
    const huge = { topic, key: null, value: new Uint8Array(2_000_000), timestamp: 1, partition: 0 };
    const fine = { topic, key: null, value: bytes('fine'), timestamp: 1, partition: 1 };
    const [refused, taken] = await Promise.allSettled([writer.append([huge]), writer.append([fine])]);
    expect(refused).toMatchObject({
      status: 'rejected',
      reason: { code: 'APPEND_REFUSED', facts: { topic, partition: 0 } },
    });
    expect(taken.status).toBe('fulfilled');
    await writer.append([{ ...fine, partition: 0 }]);
    expect((await bench.read(topic)).map(({ partition }) => partition).sort()).toEqual([0, 1]);
  });

  test('appends larger than a request arrive whole and in order', async () => {
    const topic = await bench.topic('large', { partitions: 1 });
    const records = Array.from({ length: 3_000 }, (_, i) => ({
      topic,
      key: 'a',
      value: Buffer.alloc(1_000, `${i} `),
      timestamp: i,
    }));
    await bench.engine.writer().append(records);
    const read = await bench.read(topic);
    expect(read.map(({ timestamp }) => timestamp)).toEqual(records.map(({ timestamp }) => timestamp));
  });

  test('a batch whose acknowledgement was lost is found by its producer and sequence', async () => {
    const topic = await bench.topic('in-doubt', { partitions: 1 });
    const cluster = await Cluster.open({ brokers, clientId: 'in-doubt', client });
    try {
      const [node = 0] = cluster.nodes();
      const { producerId, producerEpoch } = await cluster.ask(node, 'InitProducerId', {
        transactionalId: null,
        transactionTimeoutMs: 0,
      });
      const identity = { producerId, producerEpoch, sequences: newSequences() };
      const record = { topic, key: 'a', value: bytes('x'), timestamp: 1 };
      const [batch] = toBatches(await placeRecords(cluster, [record, record, record]));
      if (batch === undefined) throw new Error('no batch');
      const find = (from: number) => findAppended(cluster, 'in-doubt', { batch, identity, from });
      expect(await find(0)).toBeUndefined();
      await bench.engine.writer().append([record]);
      expect((await produce(cluster, [batch], { lane: 'in-doubt', identity })).failures).toEqual(new Map());
      await bench.engine.writer().append([record]);
      expect(await find(0)).toBe(4);
      moveOn(identity, batch);
      expect(await find(0)).toBeUndefined();
    } finally {
      await cluster.close();
    }
  });

  test('mirrored offsets show while the group has members', async () => {
    const topic = await bench.topic('mirrored', { partitions: 2 });
    const group = uniqueName('group');
    const has = new Set<number>();
    const member = await bench.engine.join(group, topic, {
      assigned: (partitions) => add(has, partitions),
      revoked: async () => {},
      failed: () => {},
    });
    await until('both partitions', () => has.size === 2);
    await bench.engine.mirror(group, topic, 1, 42);
    expect([...(await bench.engine.committed(group, topic))]).toEqual([[1, 42]]);
    await member.leave();
    await bench.engine.mirror(group, topic, 0, 7);
    expect(await bench.engine.committed(group, topic)).toEqual(
      new Map([
        [0, 7],
        [1, 42],
      ]),
    );
  });

  test('what a killed owner left open is settled before the next one begins', async () => {
    const input = await bench.topic('input', { partitions: 2 });
    const output = await bench.topic('output', { partitions: 1 });
    const group = uniqueName('group');
    const owner = startMember('write', group, input, output);
    await owner.line('committed 20');
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    const heir = await bench.engine.transactor(group, input, 0);
    const found = (await bench.read(output)).map(({ value }) => Number(text(value)));
    // Each commit n carries the outputs n and the offset n: they agree, and nothing is missing or doubled.
    expect(heir.committed).toBe(found.length);
    expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i + 1));
    await heir.commit([], found.length);
    await heir.close();
  });

  test('the partitions of a killed member come to those that are left', async () => {
    const topic = await bench.topic('killed', { partitions: 4 });
    const group = uniqueName('group');
    const has = new Set<number>();
    const member = await bench.engine.join(group, topic, {
      assigned: (partitions) => add(has, partitions),
      revoked: async (partitions) => {
        for (const partition of partitions) has.delete(partition);
      },
      failed: () => {},
    });
    await until('all partitions', () => has.size === 4);
    const other = startMember('join', group, topic);
    await other.line('assigned');
    await until('half of them', () => has.size === 2);
    other.child.kill('SIGKILL');
    await until('all partitions again', () => has.size === 4);
    await member.leave();
  });

  test('a closed engine keeps no process alive', async () => {
    const topic = await bench.topic('ended', { partitions: 2 });
    const member = startMember('end', uniqueName('group'), topic, topic);
    await member.line('closed');
    const [code] = await once(member.child, 'exit');
    expect(code).toBe(0);
  });

  test('a broker that is not there is named in one line', async () => {
    const nowhere = openKafkaEngine({ brokers: ['127.0.0.1:1'], clientId: 'nowhere', client });
    await expect(nowhere).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE', facts: { brokers: '127.0.0.1:1' } });
    await expect(nowhere).rejects.toThrow(/^no Kafka broker answers at 127\.0\.0\.1:1: connect ECONNREFUSED[^\n]*$/);
  });
});

function add(to: Set<number>, partitions: readonly number[]): void {
  for (const partition of partitions) to.add(partition);
}
