/**
 * Requests and versions of them that kafkajs does not have, written with its encoder: metadata with the ids of topics,
 * without which a topic that was created anew is taken for the old one; committed offsets that wait for open transactions;
 * changing some settings of a topic (what kafkajs has resets all others).
 */
import type { Address } from '../client.ts';
import { apiKeys, Decoder, Encoder, type Exchange, nameOfCode } from './internals.ts';

const METADATA_VERSION = 12;
const OFFSET_FETCH_VERSION = 7;
const ALTER_CONFIGS_VERSION = 1;
const TOPIC_RESOURCE = 2;
/** Of a setting: not to its default, and not one more in a list. */
const SET = 0;
const UUID_BYTES = 16;

/** Headers and structures of these versions end with tagged fields; we send none. */
const tagged = (encoder: Encoder): Encoder => encoder.writeUVarInt(0);

const exchange = (name: string, apiVersion: number, body: Encoder, decode: (from: Decoder) => unknown): Exchange => ({
  request: { apiKey: apiKeys[name] ?? -1, apiVersion, encode: async () => body },
  response: {
    decode: async (raw) => {
      const decoder = new Decoder(raw);
      decoder.readTaggedFields();
      return decode(decoder);
    },
    parse: (answer) => answer,
  },
});

export const knowsTopicIds = (newest: number | undefined): boolean => (newest ?? 0) >= METADATA_VERSION;
export const knowsStableOffsets = (newest: number | undefined): boolean => (newest ?? 0) >= OFFSET_FETCH_VERSION;

export interface MetadataAnswer {
  readonly brokers: readonly ({ readonly nodeId: number } & Address)[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topics: readonly {
    readonly code: string | undefined;
    readonly name: string;
    readonly id: string;
    readonly isInternal: boolean;
    readonly leaders: number[];
  }[];
}

export function metadataExchange(topics: readonly string[] | null): Exchange {
  const body = tagged(new Encoder());
  body.writeUVarIntArray(topics?.map(encodeTopicName) ?? null);
  // Creates no topic, and does not want to know what we may do.
  return exchange('Metadata', METADATA_VERSION, tagged(body.writeBoolean(false).writeBoolean(false)), decodeMetadata);
}

function encodeTopicName(name: string): Encoder {
  const encoder = new Encoder();
  for (let written = 0; written < UUID_BYTES; written += 1) encoder.writeInt8(0);
  return tagged(encoder.writeUVarIntString(name));
}

function decodeMetadata(from: Decoder): MetadataAnswer {
  from.readInt32(); // throttle time
  const brokers = from.readUVarIntArray(() => {
    const broker = { nodeId: from.readInt32(), host: from.readUVarIntString() ?? '', port: from.readInt32() };
    from.readUVarIntString(); // rack
    from.readTaggedFields();
    return broker;
  });
  const clusterId = from.readUVarIntString();
  const controllerId = from.readInt32();
  const topics = from.readUVarIntArray(() => {
    const code = nameOfCode(from.readInt16());
    const name = from.readUVarIntString() ?? '';
    const id = asUuid(from.readBytes(UUID_BYTES));
    const isInternal = from.readBoolean();
    const leaders: number[] = [];
    from.readUVarIntArray(() => {
      from.readInt16(); // a partition without a leader says so by its leader
      const partition = from.readInt32();
      leaders[partition] = from.readInt32();
      from.readInt32(); // leader epoch
      for (const _list of ['replicas', 'in sync', 'offline']) from.readUVarIntArray(() => from.readInt32());
      from.readTaggedFields();
    });
    from.readInt32(); // what we may do, which we did not ask
    from.readTaggedFields();
    return { code, name, id, isInternal, leaders };
  });
  return { brokers: brokers ?? [], clusterId, controllerId, topics: topics ?? [] };
}

/** As the other client writes it: stores compare it. */
function asUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export interface OffsetFetchAnswer {
  readonly errorCode: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string; readonly errorCode: number }[];
  }[];
}

export function offsetFetchExchange(
  group: string,
  topic: string,
  partitions: readonly number[],
  stable: boolean,
): Exchange {
  const indexes = partitions.map((partition) => new Encoder().writeInt32(partition));
  const named = tagged(new Encoder().writeUVarIntString(topic).writeUVarIntArray(indexes));
  const body = tagged(new Encoder()).writeUVarIntString(group).writeUVarIntArray([named]).writeBoolean(stable);
  return exchange('OffsetFetch', OFFSET_FETCH_VERSION, tagged(body), decodeOffsets);
}

function decodeOffsets(from: Decoder): OffsetFetchAnswer {
  from.readInt32(); // throttle time
  const topics = from.readUVarIntArray(() => {
    const topic = from.readUVarIntString() ?? '';
    const partitions = from.readUVarIntArray(() => {
      const [partition, offset] = [from.readInt32(), from.readInt64().toString()];
      from.readInt32(); // leader epoch
      from.readUVarIntString(); // metadata
      const errorCode = from.readInt16();
      from.readTaggedFields();
      return { partition, offset, errorCode };
    });
    from.readTaggedFields();
    return { topic, partitions: partitions ?? [] };
  });
  return { errorCode: from.readInt16(), topics: topics ?? [] };
}

export function alterTopicExchange(topic: string, settings: Readonly<Record<string, string>>): Exchange {
  const configs = Object.entries(settings).map(([name, value]) =>
    tagged(new Encoder().writeUVarIntString(name).writeInt8(SET).writeUVarIntString(value)),
  );
  const named = new Encoder().writeInt8(TOPIC_RESOURCE).writeUVarIntString(topic).writeUVarIntArray(configs);
  const body = tagged(new Encoder())
    .writeUVarIntArray([tagged(named)])
    .writeBoolean(false);
  return exchange('IncrementalAlterConfigs', ALTER_CONFIGS_VERSION, tagged(body), decodeAltered);
}

function decodeAltered(from: Decoder): { readonly errorCode: number }[] {
  from.readInt32(); // throttle time
  const answers = from.readUVarIntArray(() => {
    const errorCode = from.readInt16();
    from.readUVarIntString(); // what the broker says
    from.readInt8(); // kind of resource
    from.readUVarIntString(); // its name
    from.readTaggedFields();
    return { errorCode };
  });
  return answers ?? [];
}
