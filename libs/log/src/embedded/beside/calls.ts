/** The calls of the socket as data, read with care: what is none of them is refused. */
import { type ErrorCode, errorTable, reasonOf, ScreenerError } from '@screener/errors';
import type { Position, ReaderOptions } from '../../port.ts';
import type { Retention, TopicSpec } from '../../topology.ts';
import { FrameInvalid, type Head } from './frames.ts';

export const callNames = ['hello', 'append', 'create', 'retain', 'release', 'offsets', 'read'] as const;
export type CallName = (typeof callNames)[number];

export function callOf(head: Head): CallName {
  const found = callNames.find((name) => name === head.call);
  if (found === undefined) throw new FrameInvalid('a call that nobody knows');
  return found;
}

export function encodeReaderOptions({ topic, partitions, from, until }: ReaderOptions): Head {
  const position = typeof from === 'object' && 'offsets' in from ? { offsets: [...from.offsets] } : from;
  return { topic, partitions: partitions ?? null, from: position, until: until ?? null };
}

export function decodeReaderOptions(head: Head): ReaderOptions {
  const { topic, partitions, until } = head;
  if (typeof topic !== 'string' || !(partitions === null || isNumbers(partitions))) {
    throw new FrameInvalid('a reader of nothing');
  }
  return {
    topic,
    from: decodePosition(head.from),
    ...(partitions !== null && { partitions }),
    ...(until === 'end' && { until }),
  };
}

function decodePosition(from: unknown): Position {
  if (from === 'beginning' || from === 'end') return from;
  if (typeof from === 'object' && from !== null) {
    if ('time' in from && Number.isSafeInteger(from.time)) return { time: Number(from.time) };
    if ('offsets' in from && isPairs(from.offsets)) return { offsets: new Map(from.offsets) };
  }
  throw new FrameInvalid('a position that is none');
}

export const isPairs = (value: unknown): value is [number, number][] =>
  Array.isArray(value) && value.every((pair) => isNumbers(pair) && pair.length === 2);

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && Number(number) >= 0);

export function decodeRetention({ retentionMs, compactionLagMs }: Head): Retention {
  if (!(retentionMs === null || isWhole(retentionMs)) || !isWhole(compactionLagMs)) {
    throw new FrameInvalid('a retention that is none');
  }
  return { retentionMs: retentionMs ?? undefined, compactionLagMs };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export function decodeTopicSpec(given: unknown): TopicSpec {
  if (typeof given !== 'object' || given === null) throw new FrameInvalid('a topic that is none');
  const spec = given as Partial<Record<keyof TopicSpec, unknown>>;
  const strings = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  const { name, about, key, events, writers, partitions, retentionMs, compact, compactionLagMs, live } = spec;
  if (
    typeof name !== 'string' ||
    typeof about !== 'string' ||
    typeof key !== 'string' ||
    !strings(events) ||
    !strings(writers) ||
    !isWhole(partitions) ||
    partitions < 1 ||
    partitions > 1_000 ||
    !(retentionMs == null || isWhole(retentionMs)) ||
    !isWhole(compactionLagMs)
  ) {
    throw new FrameInvalid('a topic that is none');
  }
  const flags = { compact: compact === true, live: live === true };
  return {
    name,
    about,
    key,
    events,
    writers,
    partitions,
    retentionMs: retentionMs ?? undefined,
    compactionLagMs,
    ...flags,
  };
}

/** An error of the table stays what it is on the other side. */
export const encodeError = (thrown: unknown): Head =>
  thrown instanceof ScreenerError ? { code: thrown.code, facts: thrown.facts } : { message: reasonOf(thrown) };

export function decodeError(given: unknown): Error {
  const { code, facts, message } = (given ?? {}) as { code?: unknown; facts?: unknown; message?: unknown };
  if (typeof code === 'string' && Object.hasOwn(errorTable, code) && typeof facts === 'object' && facts !== null) {
    return new ScreenerError(code as ErrorCode, facts as Record<string, string | number>);
  }
  return new Error(String(message));
}
