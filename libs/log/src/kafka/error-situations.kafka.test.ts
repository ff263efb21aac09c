/** What goes wrong with brokers, and what people and callers get to see: one line, retried where waiting can help. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Bench, bytes, text, topicSpec, uniqueName } from '../contract/bench.ts';
import { openLog } from '../open-log.ts';
import type { NewRecord } from '../port.ts';
import type { ClientName } from './client.ts';
import { FaultyClient } from './faulty-client.fixture.ts';
import { openKafkaEngine } from './kafka-engine.ts';
import { KNOWN_CLUSTER_FILE } from './known-cluster.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
const record = (topic: string, value: string): NewRecord => ({ topic, key: 'a', value: bytes(value), timestamp: 1 });
const oneLine = /^[^\n]+$/;

describe.skipIf(brokers.length === 0)('a broker that refuses', () => {
  let client = new FaultyClient(brokers);
  const bench = new Bench(() => {
    client = new FaultyClient(brokers);
    return openKafkaEngine({ brokers, clientId: 'errors', client });
  });
  beforeEach(() => bench.start());
  afterEach(() => bench.stop());

  /** Refuses each kind of request that many times. */
  function refuseFirst(times: number, refusals: Partial<Record<string, string>>): void {
    const left = new Map(Object.keys(refusals).map((name) => [name, times]));
    client.refuse = (name) => {
      const more = left.get(name) ?? 0;
      left.set(name, more - 1);
      return more > 0 ? refusals[name] : undefined;
    };
  }

  test('because it is starting is asked again, and nothing is doubled', async () => {
    const [input, output] = [await bench.topic('input'), await bench.topic('output', { partitions: 1 })];
    refuseFirst(4, {
      FindCoordinator: 'COORDINATOR_NOT_AVAILABLE',
      InitProducerId: 'COORDINATOR_LOAD_IN_PROGRESS',
      ListOffsets: 'LEADER_NOT_AVAILABLE',
      OffsetFetch: 'COORDINATOR_LOAD_IN_PROGRESS',
      Produce: 'NOT_LEADER_OR_FOLLOWER',
      Fetch: 'NOT_LEADER_OR_FOLLOWER',
    });
    await bench.engine.writer().append([record(output, 'written')]);
    const transactor = await bench.engine.transactor(uniqueName('group'), input, 0);
    await transactor.commit([record(output, 'committed')], 1);
    expect((await bench.read(output)).map(({ value }) => text(value))).toEqual(['written', 'committed']);
    expect(client.refused).toBeGreaterThanOrEqual(6 * 4);
    await transactor.close();
  });

  test('because its disk is full is asked again; a transaction ends with a line that says what to do', async () => {
    const [input, output] = [await bench.topic('input'), await bench.topic('output', { partitions: 1 })];
    refuseFirst(6, { Produce: 'KAFKA_STORAGE_ERROR' });
    await bench.engine.writer().append([record(output, 'when there was room')]);
    const transactor = await bench.engine.transactor(uniqueName('group'), input, 0);
    client.refuse = (name) => (name === 'Produce' ? 'KAFKA_STORAGE_ERROR' : undefined);
    const failure = await transactor.commit([record(output, 'never')], 1).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'TRANSACTION_FAILED', retryable: true });
    expect(String(failure)).toMatch(/KAFKA_STORAGE_ERROR: [^\n]*free space/);
    expect((await bench.read(output)).map(({ value }) => text(value))).toEqual(['when there was room']);
  });

  test.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'Produce', 'topic'],
    ['CLUSTER_AUTHORIZATION_FAILED', 'InitProducerId', 'writing'],
    ['TOPIC_AUTHORIZATION_FAILED', 'Fetch', 'topic'],
    ['TOPIC_AUTHORIZATION_FAILED', 'Metadata', 'topic'],
    ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'AddPartitionsToTxn', 'transactions'],
    ['GROUP_AUTHORIZATION_FAILED', 'OffsetFetch', 'group'],
    ['GROUP_AUTHORIZATION_FAILED', 'TxnOffsetCommit', 'group'],
  ] as const)('for want of a right says which, at once: %s of %s', async (code, request, what) => {
    const [input, output] = [await bench.topic('input'), await bench.topic('output', { partitions: 1 })];
    await bench.reopen();
    client.refuse = (name) => (name === request ? code : undefined);
    const useAll = async (): Promise<void> => {
      await bench.engine.writer().append([record(output, 'x')]);
      await bench.read(output);
      const transactor = await bench.engine.transactor(uniqueName('group'), input, 0);
      await transactor.commit([record(output, 'y')], 1);
    };
    const began = performance.now();
    const failure = await useAll().catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'BROKER_UNAUTHORIZED', retryable: false, facts: { reason: code } });
    expect((failure as Error).message).toMatch(oneLine);
    expect((failure as Error).message).toContain(what);
    // Not after waiting for something that cannot come.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('because the network forgot all connections costs one request that is not answered, not one for each', async () => {
    const topic = await bench.topic('forgotten', { partitions: 1 });
    const writer = bench.engine.writer();
    await writer.append([record(topic, 'before')]);
    await bench.engine.offsets(topic);
    client.silenceConnections();
    await writer.append([record(topic, 'after')]);
    expect(client.unanswered).toBe(1);
    await bench.engine.offsets(topic);
    expect(client.unanswered).toBe(1);
    expect((await bench.read(topic)).map(({ value }) => text(value))).toEqual(['before', 'after']);
  });

  test('because it is another cluster gets nothing written, and no reader goes on', async () => {
    const topic = await bench.topic('cluster', { partitions: 1 });
    const writer = bench.engine.writer();
    await writer.append([record(topic, 'ours')]);
    const reader = bench.engine.reader({ topic, from: 'beginning' })[Symbol.asyncIterator]();
    expect((await reader.next()).value).toHaveLength(1);
    client.clusterId = 'somebody-elses';
    client.breakConnections();
    const changed = { code: 'CLUSTER_CHANGED', retryable: false, facts: { found: 'somebody-elses' } };
    await expect(writer.append([record(topic, 'theirs')])).rejects.toMatchObject(changed);
    await expect(reader.next()).rejects.toMatchObject(changed);
    await expect(bench.engine.transactor(uniqueName('group'), topic, 0)).rejects.toMatchObject(changed);
    client.clusterId = undefined;
    expect((await bench.read(topic)).map(({ value }) => text(value))).toEqual(['ours']);
  });
});

describe.skipIf(brokers.length === 0).each(clients)('through %s', (client) => {
  const bench = new Bench(() => openKafkaEngine({ brokers, clientId: 'errors', client }));
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  let directory = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'screener-errors-'));
    await bench.start();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
    await bench.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a topic that is deleted while it is used is named, and costs no other topic anything', async () => {
    const [deleted, other] = [await bench.topic('deleted', { partitions: 1 }), await bench.topic('other')];
    const writer = bench.engine.writer();
    await writer.append([record(deleted, 'x'), record(other, 'x')]);
    const reader = bench.engine.reader({ topic: deleted, from: 'end' })[Symbol.asyncIterator]();
    const next = reader.next();
    const transactor = await bench.engine.transactor(uniqueName('group'), other, 0);
    await admin.deleteTopics({ topics: [deleted] });
    const missing = { code: 'TOPIC_MISSING', retryable: false, facts: { topic: deleted } };
    await expect(next).rejects.toMatchObject(missing);
    const [gone, taken] = await Promise.allSettled([
      writer.append([record(deleted, 'y')]),
      writer.append([record(other, 'y')]),
    ]);
    expect(gone).toMatchObject({ status: 'rejected', reason: missing });
    expect(taken.status).toBe('fulfilled');
    await expect(transactor.commit([record(deleted, 'z')], 1)).rejects.toMatchObject(missing);
    expect((await bench.read(other)).map(({ value }) => text(value))).toEqual(['x', 'y']);
  });

  test('a topic that is created anew is not read as if it were the old one', async () => {
    const topic = await bench.topic('recreated', { partitions: 1 });
    await bench.engine.writer().append([record(topic, 'old')]);
    const reader = bench.engine.reader({ topic, from: 'beginning' })[Symbol.asyncIterator]();
    expect((await reader.next()).value).toHaveLength(1);
    await admin.deleteTopics({ topics: [topic] });
    const other = await openKafkaEngine({ brokers, clientId: 'other', client });
    // The broker may still be deleting it.
    await expect
      .poll(() =>
        other.createTopic(topicSpec(topic, { partitions: 1 })).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect
      .poll(() =>
        other
          .writer()
          .append([record(topic, 'new')])
          .then(
            () => true,
            () => false,
          ),
      )
      .toBe(true);
    await other.close();
    await expect(reader.next()).rejects.toMatchObject({ code: expect.stringMatching(/^TOPIC_(RECREATED|MISSING)$/) });
  });

  test('what is too large for a transaction stops the task instead of taking it over for ever', async () => {
    const [input, output] = [await bench.topic('input'), await bench.topic('output', { partitions: 1 })];
    const transactor = await bench.engine.transactor(uniqueName('group'), input, 0);
    const huge = { ...record(output, ''), value: new Uint8Array(2_000_000) };
    const failure = await transactor.commit([huge], 1).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'APPEND_REFUSED', retryable: false, facts: { topic: output, partition: 0 } });
    expect(String(failure)).toContain('max.message.bytes');
  });

  test('a data directory remembers its cluster', async () => {
    const first = await openLog({ directory, brokers, client });
    const { cluster } = first;
    await first.close();
    await (await openLog({ directory, brokers, client })).close();
    const file = join(directory, KNOWN_CLUSTER_FILE);
    writeFileSync(file, JSON.stringify({ cluster: 'the-one-before' }));
    const refused = openLog({ directory, brokers, client });
    await expect(refused).rejects.toMatchObject({
      code: 'CLUSTER_DIFFERS',
      facts: { found: cluster, expected: 'the-one-before', file },
    });
    await expect(refused).rejects.toThrow(oneLine);
  });
});
