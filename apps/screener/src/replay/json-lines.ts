/** One JSON object per record: its place, its key, and the event or why it cannot be read. */
import { decodeEvent, type EventName, schemaTexts } from '@screener/events';
import type { LogRecord } from '@screener/log';
import { isoTime } from '../text-table.ts';
import type { RecordFormat } from './record-format.ts';

/** Events with bytes in them: JSON has none, so they stand there as base64. */
const eventsWithBytes = new Set(
  (Object.keys(schemaTexts) as EventName[]).filter((name) => schemaTexts[name].includes('"bytes"')),
);

export function jsonLines(): RecordFormat {
  let text = '';
  // Records of a minute share their time.
  let time = Number.NaN;
  let timeJson = '';
  const add = ({ topic, partition, offset, timestamp, key, headers }: LogRecord, content: string): void => {
    if (timestamp !== time) {
      time = timestamp;
      timeJson = JSON.stringify(isoTime(time));
    }
    const place = `"topic":${JSON.stringify(topic)},"partition":${partition},"offset":${offset}`;
    const head = headers === undefined ? '' : `"headers":${JSON.stringify(headers)},`;
    text += `{${place},"timestamp":${timeJson},"key":${JSON.stringify(key)},${head}${content}}\n`;
  };
  return {
    append(record) {
      add(record, contentOf(record));
      return true;
    },
    appendUndecodable(record, reason) {
      const bytes = record.value === null ? null : base64Of(record.value);
      add(record, `"undecodable":${JSON.stringify(reason)},"bytes":${JSON.stringify(bytes)}`);
    },
    take() {
      const taken = text;
      text = '';
      return taken;
    },
  };
}

function contentOf({ value }: LogRecord): string {
  if (value === null) return '"type":null';
  const { type, event } = decodeEvent(value);
  return `"type":"${type}","event":${JSON.stringify(eventsWithBytes.has(type) ? withBase64(event) : event)}`;
}

const withBase64 = (event: object): object =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, value instanceof Uint8Array ? base64Of(value) : value]),
  );

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
