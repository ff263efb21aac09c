/** What a format of `screener replay` is: bytes for the head of the file, for each batch of records, for its end. */
import type { EventName } from '@screener/events';
import type { LogRecord } from '@screener/log';
import { avroContainer } from './avro-container.ts';
import { csvLines } from './csv-lines.ts';
import { jsonLines } from './json-lines.ts';

export interface RecordFormat {
  readonly head?: string | Uint8Array;
  /** False: the record cannot be written in this format and is left out. Throws UndecodableEvent. */
  append(record: LogRecord): boolean;
  /** What stands for a record that cannot be decoded; without it such records are left out. */
  appendUndecodable?(record: LogRecord, reason: string): void;
  /** What was appended since the last call. */
  take(): string | Uint8Array;
}

export const formatNames = ['jsonl', 'csv', 'avro'] as const;
export type FormatName = (typeof formatNames)[number];
export const isFormatName = (text: string): text is FormatName => (formatNames as readonly string[]).includes(text);

/** `event`: the one kind of event in it; jsonl takes any. */
export function recordFormat(name: FormatName, event: EventName | undefined): RecordFormat {
  if (name === 'jsonl' || event === undefined) return jsonLines();
  return name === 'csv' ? csvLines(event) : avroContainer(event);
}
