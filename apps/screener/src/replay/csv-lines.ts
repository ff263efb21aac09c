/**
 * A line per event of one kind: its place, its key, and a column per field of the schema. Times are milliseconds and say
 * so in their name, so that `screener metrics --candles` reads the candles of klines.closed as they are written here.
 */
import { decodeEvent, type EventName, schemaTexts } from '@screener/events';
import type { RecordFormat } from './record-format.ts';

interface Column {
  readonly field: string;
  readonly title: string;
}

export function csvLines(name: EventName): RecordFormat {
  const columns = columnsOf(name);
  let text = '';
  return {
    head: `${['partition', 'offset', 'timestamp_ms', 'key', ...columns.map(({ title }) => title)].join(',')}\n`,
    append({ partition, offset, timestamp, key, value }) {
      if (value === null) return false;
      const event = decodeEvent(value).event as unknown as Readonly<Record<string, unknown>>;
      let line = `${partition},${offset},${timestamp},${cell(key)}`;
      for (const { field } of columns) line += `,${cell(event[field])}`;
      text += `${line}\n`;
      return true;
    },
    take() {
      const taken = text;
      text = '';
      return taken;
    },
  };
}

function columnsOf(name: EventName): readonly Column[] {
  const { fields } = JSON.parse(schemaTexts[name]) as { fields: readonly { name: string; type: unknown }[] };
  return fields.map(({ name: field, type }) => {
    const title = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return { field, title: JSON.stringify(type).includes('"timestamp-millis"') ? `${title}_ms` : title };
  });
}

/** Lists and maps as JSON, bytes as base64, nothing for null. */
function cell(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return String(value);
    case 'string':
      return quoted(value);
    default:
      if (value === null || value === undefined) return '';
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      return quoted(JSON.stringify(value));
  }
}

/** As in RFC 4180. */
export const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
