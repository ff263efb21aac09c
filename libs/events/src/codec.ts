/** Events as bytes in the Confluent wire format: magic byte, schema id, Avro body. */
import { bodyCodecs, type EventTypes } from './generated/events.ts';
import { knownSchema, ownSchemaId, reasonUnknown } from './known-schemas.ts';
import { UndecodableEvent } from './undecodable-event.ts';
import { explainUnencodable } from './unencodable.ts';
import { ByteReader } from './wire/byte-reader.ts';
import { ByteWriter } from './wire/byte-writer.ts';

export type EventName = keyof EventTypes;

/** What `decodeEvent` returns: the name tells the type. */
export type AnyEvent = { [N in EventName]: { readonly type: N; readonly event: EventTypes[N] } }[EventName];

const MAGIC = 0;
const HEADER_BYTES = 5;
const writer = new ByteWriter();
const reader = new ByteReader();

export function encodeEvent<N extends EventName>(name: N, event: EventTypes[N]): Buffer {
  writer.begin(ownSchemaId(name));
  try {
    bodyCodecs[name].write(writer, event);
  } catch (cause) {
    throw explainUnencodable(name, event, cause);
  }
  return writer.finish();
}

/** The event's name without decoding its body; undefined when it is not one of ours. */
export function eventNameOf(bytes: Uint8Array): EventName | undefined {
  const id = schemaIdIn(bytes);
  return id === undefined ? undefined : knownSchema(id)?.name;
}

export function decodeEvent(bytes: Uint8Array): AnyEvent {
  const id = checkedSchemaId(bytes);
  const schema = knownSchema(id);
  if (schema === undefined) throw new UndecodableEvent(reasonUnknown(id), { unknownSchemaId: id });
  const { name } = schema;
  let event: unknown;
  try {
    reader.begin(bytes, HEADER_BYTES);
    event = schema.read(reader);
    reader.finish();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UndecodableEvent(`the body is not a ${name}: ${reason}`, { cause });
  }
  return { type: name, event } as AnyEvent;
}

/** Decodes an event of which only one type can be meant; anything else is an error. */
export function decodeAs<N extends EventName>(name: N, bytes: Uint8Array): EventTypes[N] {
  const decoded = decodeEvent(bytes);
  if (decoded.type !== name) throw new UndecodableEvent(`expected a ${name}, got a ${decoded.type}`);
  return decoded.event as EventTypes[N];
}

/** The schema id in the head of a record; throws where the bytes have no such head. */
export function checkedSchemaId(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES) {
    throw new UndecodableEvent(`${bytes.length} bytes are too few for magic byte and schema id`);
  }
  if (bytes[0] !== MAGIC) throw new UndecodableEvent(`it starts with byte ${bytes[0]}, expected magic byte ${MAGIC}`);
  return schemaIdOf(bytes);
}

/** The same; undefined where there is none. */
export const schemaIdIn = (bytes: Uint8Array): number | undefined =>
  bytes.length < HEADER_BYTES || bytes[0] !== MAGIC ? undefined : schemaIdOf(bytes);

const schemaIdOf = (bytes: Uint8Array): number =>
  (((bytes[1] as number) << 24) | ((bytes[2] as number) << 16) | ((bytes[3] as number) << 8) | (bytes[4] as number)) >>>
  0;
