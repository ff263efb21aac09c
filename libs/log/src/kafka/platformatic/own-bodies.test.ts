/** The bodies of requests and answers that are ours, against those of the client, in every version that it knows. */
import * as protocol from '@platformatic/kafka';
import { type MessageRecord, NumericMap, Reader, Writer } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import type { NewRecord } from '../../port.ts';
import type { OutgoingBatch, Producer, Question } from '../client.ts';
import { readHead } from '../fetched-batch.ts';
import { encodeProduce } from '../kafkajs/produce-request.ts';
import { BatchEncoder, recordBytesMax } from '../record-batch.ts';
import { readFetch } from './fetch-answer.ts';
import { writeProduce } from './produce-request.ts';

const producer: Producer = { producerId: 7n, producerEpoch: 2, transactionalId: 'calculator/klines.closed/3' };

function batchOf(topic: string, partition: number, count: number, firstSequence = 0): OutgoingBatch {
  const records = Array.from({ length: count }, (_, n): NewRecord => {
    return {
      topic,
      partition,
      key: `${topic} ${n}`,
      value: new Uint8Array(3_000).fill(n),
      timestamp: n,
      headers: { n: `${n}` },
    };
  });
  const bytesMax = records.reduce((bytes, record) => bytes + recordBytesMax(record), 0);
  return { topic, partition, records, bytesMax, firstSequence };
}

const batches = [
  batchOf('metrics.closed', 3, 5, 11),
  batchOf('snapshots', 3, 1, 0),
  batchOf('metrics.closed', 4, 2, 900),
];
const question: Question<'Produce'> = { acks: 'all', timeoutMs: 8_000, batches, producer };

type Created = (acks: number, timeout: number, messages: MessageRecord[], options: object) => Writer;
const produceVersions = [3, 4, 5, 6, 7, 8, 9, 10, 11];
const fetchVersions = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
const theirs = <T>(name: string): T => (protocol as unknown as Record<string, T>)[name] as T;

test.each(produceVersions)('a Produce request in version %i is to the byte that of the client', (version) => {
  const sequences = new NumericMap();
  const messages = batches.flatMap(({ topic, partition, firstSequence, records }) => {
    sequences.set(`${topic}:${partition}`, firstSequence);
    return records.map(({ key, value, timestamp, headers }) => ({
      topic,
      partition,
      key: Buffer.from(key ?? ''),
      value: Buffer.from(value ?? []),
      timestamp: BigInt(timestamp),
      headers: new Map([[Buffer.from('n'), Buffer.from(headers?.n ?? '')]]),
    }));
  });
  const { createRequest } = theirs<{ createRequest: Created }>(`produceV${version}`);
  const options = { ...producer, sequences, partitionLeaderEpoch: -1 };
  const wanted = createRequest(-1, 8_000, messages as unknown as MessageRecord[], options).buffer;
  for (let again = 0; again < 2; again += 1) expect(writeProduce(version, question).buffer.equals(wanted)).toBe(true);
});

test('kafkajs sends the same bytes', () => {
  expect(encodeProduce(question).buffer.equals(writeProduce(7, question).buffer)).toBe(true);
});

test('without a producer one acknowledgement is enough, and no transaction is named', () => {
  const body = Reader.from(writeProduce(11, { ...question, acks: 'leader', producer: undefined }).buffer);
  expect([body.readNullableString(), body.readInt16(), body.readInt32()]).toEqual([null, 1, 8_000]);
});

interface Answered {
  readonly partition: number;
  readonly code: number;
  readonly aborted: readonly (readonly [bigint, bigint])[];
  readonly records: Buffer | null;
}

/** As a broker writes it. */
function answer(version: number, code: number, partitions: readonly Answered[]): Writer {
  const flexible = version >= 12;
  const writer = Writer.create().appendInt32(0);
  if (version >= 7) writer.appendInt16(code).appendInt32(0);
  writer.appendArray(
    ['topic'],
    (topics, name) => {
      if (version >= 13) topics.appendUUID('00000000-0000-0000-0000-000000000001');
      else topics.appendString(name, flexible);
      topics.appendArray(
        [...partitions],
        (into, { partition, code: refused, aborted, records }) => {
          into.appendInt32(partition).appendInt16(refused).appendInt64(1n).appendInt64(2n);
          if (version >= 5) into.appendInt64(3n);
          into.appendArray(
            [...aborted],
            (of, [id, first]) => void of.appendInt64(id).appendInt64(first),
            flexible,
            flexible,
          );
          if (version >= 11) into.appendInt32(-1);
          into.appendBytes(records, flexible);
        },
        flexible,
        flexible,
      );
    },
    flexible,
    flexible,
  );
  return flexible ? writer.appendTaggedFields() : writer;
}

/** As a socket brings it: in pieces that end anywhere. */
function inPieces(bytes: Buffer, length: number): Writer {
  const pieces = Writer.create();
  for (let from = 0; from < bytes.length; from += length) pieces.append(bytes.subarray(from, from + length));
  return pieces;
}

const encoder = new BatchEncoder();
const stored = [batchOf('topic', 0, 1), batchOf('topic', 0, 4), batchOf('topic', 0, 2)].map((batch) =>
  encoder.encode(batch, producer),
);
const whole = Buffer.concat(stored);
const answered: readonly Answered[] = [
  {
    partition: 0,
    code: 0,
    aborted: [
      [5n, 70n],
      [6n, 80n],
    ],
    records: whole,
  },
  { partition: 1, code: 6, aborted: [], records: null },
  { partition: 2, code: 0, aborted: [], records: whole.subarray(0, whole.length - 1) },
  { partition: 3, code: 0, aborted: [], records: Buffer.alloc(0) },
];

type Parsed = (
  id: number,
  key: number,
  version: number,
  reader: Reader,
) => { readonly responses: readonly { readonly partitions: readonly TheirPartition[] }[] };
interface TheirPartition {
  readonly partitionIndex: number;
  readonly abortedTransactions: readonly unknown[];
  readonly records: readonly { readonly firstOffset: bigint; readonly records: readonly unknown[] }[] | null;
}

test.each(fetchVersions)('a Fetch answer in version %i is read as the client reads it, however it comes', (version) => {
  const { parseResponse } = theirs<{ parseResponse: Parsed }>(`fetchV${version}`);
  const fine = answered.filter(({ code }) => code === 0);
  const bytes = answer(version, 0, fine).buffer;
  const wanted = parseResponse(0, 1, version, Reader.from(bytes)).responses[0]?.partitions ?? [];
  expect(wanted).toHaveLength(fine.length);
  for (const length of [1_000, 4_096, bytes.length]) {
    const { code, partitions } = readFetch(0, 1, version, Reader.from(inPieces(bytes, length)));
    expect(code).toBeUndefined();
    for (const [index, { partitionIndex, abortedTransactions, records }] of wanted.entries()) {
      const found = partitions[index];
      expect(found).toMatchObject({ partition: partitionIndex, code: undefined, aborted: abortedTransactions });
      expect(found?.batches.map((batch) => readHead(batch).lastOffset)).toEqual(
        (records ?? []).map((batch) => batch.records.length - 1),
      );
      expect(found?.batches.map((pieces) => Buffer.concat(pieces))).toEqual(stored.slice(0, records?.length ?? 0));
    }
  }
});

test.each(fetchVersions)('a partition that is refused in version %i leaves the others as they are', (version) => {
  const { code, partitions } = readFetch(0, 1, version, Reader.from(answer(version, 0, answered).buffer));
  expect(code).toBeUndefined();
  expect(partitions.map((found) => [found.partition, found.code, found.batches.length])).toEqual([
    [0, undefined, 3],
    [1, 'NOT_LEADER_OR_FOLLOWER', 0],
    [2, undefined, 2],
    [3, undefined, 0],
  ]);
});

test('an answer that is refused as a whole says why', () => {
  expect(readFetch(0, 1, 17, Reader.from(answer(17, 100, []).buffer)).code).toBe('UNKNOWN_TOPIC_ID');
});
