import avsc from 'avsc';
import { type EventTypes, schemaIds, schemaTexts } from './generated/events.ts';

export type EventName = keyof EventTypes;

/** What `decodeEvent` returns: the name tells the type. */
export type AnyEvent = { [N in EventName]: { readonly type: N; readonly event: EventTypes[N] } }[EventName];

const MAGIC = 0;
const HEADER_BYTES = 5;

interface Codec {
  readonly name: EventName;
  readonly id: number;
  readonly avro: avsc.Type;
}

const byName = new Map<string, Codec>();
const byId = new Map<number, Codec>();
for (const name of Object.keys(schemaTexts) as EventName[]) {
  const codec = { name, id: schemaIds[name], avro: avsc.Type.forSchema(JSON.parse(schemaTexts[name])) };
  byName.set(name, codec);
  byId.set(codec.id, codec);
}

/** Bytes that are not an event we know; `reason` is one line for people. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';
  readonly reason: string;
  constructor(reason: string, options?: ErrorOptions) {
    super(`undecodable event: ${reason}`, options);
    this.reason = reason;
  }
}

/** Encodes an event in the Confluent wire format: magic byte, schema id, Avro body. */
export function encodeEvent<N extends EventName>(name: N, event: EventTypes[N]): Buffer {
  const codec = byName.get(name)!;
  let buffer = Buffer.allocUnsafe(1024);
  // avsc tells how far it would have written when the buffer is too small: a negative number, the missing bytes.
  const end = codec.avro.encode(event, buffer, HEADER_BYTES);
  if (end < 0) {
    buffer = Buffer.allocUnsafe(buffer.length - end);
    codec.avro.encode(event, buffer, HEADER_BYTES);
  }
  buffer[0] = MAGIC;
  buffer.writeInt32BE(codec.id, 1);
  return end < 0 ? buffer : buffer.subarray(0, end);
}

/** The event's name without decoding its body; undefined when it is not one of ours. */
export function eventNameOf(bytes: Uint8Array): EventName | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) return undefined;
  return byId.get(((bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!) >>> 0)?.name;
}

export function decodeEvent(bytes: Uint8Array): AnyEvent {
  const name = eventNameOf(bytes);
  if (name === undefined) throw new UndecodableEvent(describeHead(bytes));
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { avro } = byName.get(name)!;
  let end: number;
  let event: unknown;
  try {
    const decoded = avro.decode(buffer, HEADER_BYTES);
    end = decoded.offset;
    event = decoded.value;
  } catch (cause) {
    throw new UndecodableEvent(`the body is not a ${name}`, { cause });
  }
  if (end !== buffer.length) {
    throw new UndecodableEvent(`the body of a ${name} should end at byte ${end < 0 ? '?' : end}, has ${buffer.length}`);
  }
  return { type: name, event } as AnyEvent;
}

/** Decodes an event of which only one type can be meant; anything else is an error. */
export function decodeAs<N extends EventName>(name: N, bytes: Uint8Array): EventTypes[N] {
  const decoded = decodeEvent(bytes);
  if (decoded.type !== name) throw new UndecodableEvent(`expected a ${name}, got a ${decoded.type}`);
  return decoded.event as EventTypes[N];
}

function describeHead(bytes: Uint8Array): string {
  if (bytes.length < HEADER_BYTES) return `${bytes.length} bytes are too few for magic byte and schema id`;
  if (bytes[0] !== MAGIC) return `it starts with byte ${bytes[0]}, expected magic byte 0`;
  const id = Buffer.from(bytes.subarray(1, 5)).readUInt32BE(0);
  return `schema id ${id} is unknown; ids stand in schemas/ids.json`;
}
