/** Programs that share no code with ours read what we write, and we read what they write. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeEvent, encodeEvent } from '@screener/events';
import { type IHeaders, Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bench, text, uniqueName, until } from '../contract/bench.ts';
import type { NewRecord } from '../port.ts';
import type { ClientName } from './client.ts';
import { Cluster } from './cluster.ts';
import { openKafkaEngine } from './kafka-engine.ts';
import { openTransactor } from './kafka-transactor.ts';

const clients: readonly ClientName[] = ['platformatic', 'kafkajs'];
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
const run = promisify(execFile);
const kcatTimeoutMs = 30_000;

const hasKcat = await run('kcat', ['-V']).then(
  () => true,
  () => false,
);
if (!hasKcat) process.stderr.write('SKIPPED: kcat is not on the PATH: that it reads what we write is NOT tested\n');

const candle = (openTime: number) =>
  encodeEvent('KlineGap', { instrument: 'binance:usdm:BTCUSDT', openTime, reason: 'Ä gap of a test' });

describe.skipIf(brokers.length === 0).each(clients)('interoperability of %s', (client) => {
  const bench = new Bench(() => openKafkaEngine({ brokers, clientId: 'interoperability', client }));
  const witness = new Kafka({ brokers, clientId: 'witness', logLevel: logLevel.NOTHING });
  let topic = '';
  let committed: NewRecord[] = [];

  beforeAll(async () => {
    await bench.start();
    topic = await bench.topic('interoperable', { partitions: 3 });
    const input = await bench.topic('input', { partitions: 1 });
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', note: 'ümlaut' };
    const record = (n: number, key: string | null): NewRecord => ({
      topic,
      key,
      value: candle(n * 60_000),
      timestamp: n * 60_000,
      headers,
    });
    const plain = [record(1, 'binance:usdm:BTCUSDT'), record(2, 'binance:usdm:ETHUSDT'), record(3, null)];
    const tombstone: NewRecord = { topic, key: 'gone', value: null, timestamp: 240_000 };
    await bench.engine.writer().append([...plain, tombstone]);
    const transacted = [record(5, 'binance:usdm:BTCUSDT'), record(6, 'binance:usdm:SOLUSDT')];
    const transactor = await bench.engine.transactor(uniqueName('group'), input, 0);
    await transactor.commit(transacted, 1);
    await transactor.close();
    await leaveAborted(input, record(7, 'binance:usdm:BTCUSDT'));
    committed = [...plain, tombstone, ...transacted];
  });
  afterAll(() => bench.stop());

  /** A transaction that the next owner aborts: readers of committed records must not see it. */
  async function leaveAborted(input: string, record: NewRecord): Promise<void> {
    const group = uniqueName('group');
    const cluster = await Cluster.open({ brokers, clientId: 'aborting', client });
    const send = cluster.send.bind(cluster);
    const stopped = Promise.withResolvers<void>();
    cluster.send = (lane, node, name, question) => {
      if (name !== 'EndTxn') return send(lane, node, name, question);
      stopped.resolve();
      return Promise.reject(new Error('never sent'));
    };
    const transactor = await openTransactor(cluster, { group, topic: input, partition: 0 });
    await expect(transactor.commit([record], 1)).rejects.toMatchObject({ code: 'TRANSACTION_FAILED' });
    await stopped.promise;
    await cluster.close();
    const heir = await bench.engine.transactor(group, input, 0);
    await heir.close();
  }

  const shape = ({ key, value, timestamp, headers }: Pick<NewRecord, 'key' | 'value' | 'timestamp' | 'headers'>) =>
    JSON.stringify([
      key,
      value === null ? null : Buffer.from(value).toString('base64'),
      timestamp,
      Object.entries(headers ?? {}).sort(),
    ]);

  test('a plain kafkajs consumer reads keys, Avro bodies, times and headers, and only what is committed', async () => {
    const consumer = witness.consumer({ groupId: uniqueName('witness') });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { key, value, timestamp, headers } }) => {
        const asText = (given: IHeaders = {}) =>
          Object.fromEntries(Object.entries(given).map(([name, bytes]) => [name, String(bytes)]));
        seen.push(
          shape({ key: key?.toString() ?? null, value, timestamp: Number(timestamp), headers: asText(headers) }),
        );
      },
    });
    await until('all records', () => seen.length >= committed.length);
    await consumer.disconnect();
    expect(seen.sort()).toEqual(committed.map(shape).sort());
  });

  test.skipIf(!hasKcat)('kcat reads the same', async () => {
    const kcat = async (...args: string[]) =>
      (await run('kcat', ['-b', brokers.join(','), '-C', '-t', topic, '-e', '-q', '-o', 'beginning', ...args], {
        timeout: kcatTimeoutMs,
        encoding: 'buffer',
        maxBuffer: 10_000_000,
      })) as unknown as { stdout: Buffer };
    // Sizes first, so that bytes of a body cannot be taken for a separator: key, body, time, headers.
    const { stdout } = await kcat('-f', '%K %S %T %h|%k%s\n');
    const seen: string[] = [];
    for (let at = 0; at < stdout.length; ) {
      const bar = stdout.indexOf('|', at);
      const [keyBytes = 0, valueBytes = 0, timestamp = 0] = stdout.toString('utf8', at, bar).split(' ', 3).map(Number);
      const listed = stdout.toString('utf8', at, bar).split(' ').slice(3).join(' ');
      const headers = Object.fromEntries(
        listed === '' ? [] : listed.split(',').map((pair) => pair.split(/=(.*)/s, 2) as [string, string]),
      );
      const keyEnd = bar + 1 + Math.max(0, keyBytes);
      const valueEnd = keyEnd + Math.max(0, valueBytes);
      const key = keyBytes < 0 ? null : stdout.toString('utf8', bar + 1, keyEnd);
      const value = valueBytes < 0 ? null : stdout.subarray(keyEnd, valueEnd);
      seen.push(shape({ key, value, timestamp, headers }));
      at = valueEnd + 1;
    }
    expect(seen.sort()).toEqual(committed.map(shape).sort());
  });

  test('a kafkajs producer, plain and transactional, is read by us', async () => {
    const theirs = await bench.topic('theirs', { partitions: 3 });
    const producer = witness.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const message = (n: number) => ({
      key: `binance:usdm:${n}`,
      value: candle(n * 60_000),
      timestamp: String(n * 60_000),
      headers: { note: `ümlaut ${n}` },
    });
    await producer.send({ topic: theirs, messages: [message(1), message(2)], compression: 1 });
    await producer.disconnect();
    const transactional = witness.producer({
      transactionalId: uniqueName('witness'),
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await transactional.connect();
    for (const [n, commit] of [
      [3, true],
      [4, false],
      [5, true],
    ] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic: theirs, messages: [message(n)] });
      await (commit ? transaction.commit() : transaction.abort());
    }
    await transactional.disconnect();
    const read = await bench.read(theirs);
    const found = read
      .map(({ key, value, timestamp, headers }) => ({ key, event: value && decodeEvent(value), timestamp, headers }))
      .sort((left, right) => left.timestamp - right.timestamp);
    const instrument = 'binance:usdm:BTCUSDT';
    expect(found).toEqual(
      [1, 2, 3, 5].map((n) => ({
        key: `binance:usdm:${n}`,
        event: { type: 'KlineGap', event: { instrument, openTime: n * 60_000, reason: 'Ä gap of a test' } },
        timestamp: n * 60_000,
        headers: { note: `ümlaut ${n}` },
      })),
    );
    expect(text(read[0]?.value)).not.toBeNull();
  });
});
