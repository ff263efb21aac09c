/** An Avro object container file (the format of avro-tools, Spark, DuckDB, ...) with the events of one kind. */
import { randomBytes } from 'node:crypto';
import { decodeEvent, type EventName, encodeEvent, schemaTexts } from '@screener/events';
import type { RecordFormat } from './record-format.ts';

/** Avro's own bound for blocks is 1 GiB; readers are happiest with some tens of kilobytes. */
const BLOCK_BYTES = 64 * 1_024;
const CONFLUENT_HEADER_BYTES = 5;
const SYNC_BYTES = 16;

export function avroContainer(name: EventName): RecordFormat {
  const sync = randomBytes(SYNC_BYTES);
  const blocks: Uint8Array[] = [];
  let bodies: Uint8Array[] = [];
  let bytes = 0;
  const closeBlock = (): void => {
    if (bodies.length === 0) return;
    blocks.push(varint(bodies.length), varint(bytes), ...bodies, sync);
    bodies = [];
    bytes = 0;
  };
  return {
    head: Buffer.concat([
      Buffer.from('Obj\u0001'),
      varint(2),
      sized('avro.schema'),
      sized(schemaTexts[name]),
      sized('avro.codec'),
      sized('null'),
      varint(0),
      sync,
    ]),
    append({ value }) {
      if (value === null) return false;
      // Decoded and encoded: a record written with an older version of the schema must not stand under this one.
      const { type, event } = decodeEvent(value);
      const body = encodeEvent(type, event).subarray(CONFLUENT_HEADER_BYTES);
      bodies.push(body);
      bytes += body.length;
      if (bytes >= BLOCK_BYTES) closeBlock();
      return true;
    },
    take() {
      closeBlock();
      return Buffer.concat(blocks.splice(0));
    },
  };
}

/** Avro's long: zigzag, then seven bits a byte. None here is negative or beyond 2^48. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value * 2;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}

function sized(text: string): Uint8Array {
  const content = Buffer.from(text);
  return Buffer.concat([varint(content.length), content]);
}
