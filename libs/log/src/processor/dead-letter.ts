/** A record that could not be processed, on its way to where people find it. */
import { encodeEvent } from '@screener/events';
import type { LogRecord, NewRecord, ProcessorDefinition } from '../port.ts';
import type { UntakenRecord } from './apply-record.ts';

const deadLettersDefault = 'dead-letters';
/** With the rest of the letter this stays below what a broker takes as one record (1 MiB). */
const valueBytesMax = 900_000;
const stackLengthMax = 4_000;
const reasonLengthMax = 1_000;
/** An error that causes itself must not keep us here. */
const causesMax = 5;

export function deadLetter({ group, deadLetters }: ProcessorDefinition, untaken: UntakenRecord): NewRecord {
  const { topic, partition, offset, timestamp, key, value, headers } = untaken.record;
  const tooLong = value !== null && value.length > valueBytesMax;
  const reason = tooLong
    ? `${reasonText(untaken)} (its ${value.length} bytes are only in its place)`
    : reasonText(untaken);
  return {
    topic: deadLetters ?? deadLettersDefault,
    key,
    timestamp,
    value: encodeEvent('DeadLetter', {
      group,
      topic,
      partition,
      offset,
      timestamp,
      key,
      value: value === null || tooLong ? null : viewOf(value),
      headers: { ...headers },
      reason,
      stack: stackOf(untaken.cause),
    }),
    headers: inputHeaders(untaken.record),
  };
}

export const reasonText = (untaken: UntakenRecord): string =>
  String(untaken.facts.reason ?? untaken.message).slice(0, reasonLengthMax);

/** What every output says of the record that it came of: its place, and the trace that it belongs to. */
export function inputHeaders({ topic, partition, offset, headers }: LogRecord): Readonly<Record<string, string>> {
  const input = `${topic}/${partition}/${offset}`;
  const traceparent = headers?.traceparent;
  return traceparent === undefined ? { input } : { input, traceparent };
}

function stackOf(thrown: unknown): string {
  const parts: string[] = [];
  for (let cause = thrown; cause !== undefined && parts.length < causesMax; ) {
    parts.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return parts.join('\ncaused by ').slice(0, stackLengthMax);
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
