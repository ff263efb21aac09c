/**
 * The parts of kafkajs 2.2.4 that we use: its connection and its protocol. They are not its public interface, so the
 * version is pinned, and this is the only file that names them. Its producer, consumer and admin are not used: they
 * choose brokers, repeat requests and drop parts of answers by themselves, which is the engine's business.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

export interface Decoder {
  readInt8(): number;
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readBoolean(): boolean;
  readString(): string | null;
  readBytes(byteLength?: number): Buffer;
  readArray<T>(read: (decoder: Decoder) => T): T[];
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[] | null;
  readTaggedFields(): void;
  canReadBytes(length: number): boolean;
}

export interface Encoder {
  readonly buffer: Buffer;
  writeInt8(value: number): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeBoolean(value: boolean): Encoder;
  writeUVarInt(value: number): Encoder;
  writeUVarIntString(value: string | null): Encoder;
  writeUVarIntArray(value: readonly Encoder[] | null): Encoder;
  writeString(value: string | null): Encoder;
  writeBytes(value: Buffer): Encoder;
  writeArray(value: readonly Encoder[]): Encoder;
}

/** A request with the way to read its answer. */
export interface Exchange {
  readonly request: { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<Encoder> };
  readonly response: { decode(raw: Buffer): Promise<unknown>; parse(answer: unknown): unknown };
  readonly requestTimeout?: number | null;
  readonly logResponseError?: boolean;
}

export type Versions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;

interface Definition {
  readonly versions: readonly string[];
  protocol(options: { readonly version: number }): (given: object) => Exchange;
}

export interface RawConnection {
  readonly socket?: { destroy(): void; once(event: 'close', call: () => void): void };
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  isConnected(): boolean;
  setVersions(versions: Versions): void;
  send(exchange: Exchange): Promise<unknown>;
  rejectRequests(error: Error): void;
  readonly requestQueue: { readonly pending: readonly unknown[]; scheduleCheckPendingRequests(): void };
}

interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly logger: Logger;
  readonly socketFactory: unknown;
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
  readonly maxInFlightRequests: number;
}

interface Logger {
  namespace(): Logger;
  error(): void;
  warn(): void;
  info(): void;
  debug(): void;
}

const nothing = (): void => {};
/** What goes wrong is told by rejections. */
const silentLogger: Logger = {
  namespace: () => silentLogger,
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
};

const Connection = load('kafkajs/src/network/connection') as new (options: ConnectionOptions) => RawConnection;
const createSocketFactory = load('kafkajs/src/network/socketFactory') as () => unknown;

export function createConnection(options: Omit<ConnectionOptions, 'logger' | 'socketFactory'>): RawConnection {
  const connection = new Connection({ ...options, logger: silentLogger, socketFactory: createSocketFactory() });
  const { requestQueue } = connection;
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue);
  // With every answer kafkajs sets a timer, also where nothing is pending, and then with a negative time, of which Node
  // 24 warns on standard error.
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule();
  };
  return connection;
}

export const Decoder = load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder;
export const Encoder = load('kafkajs/src/protocol/encoder') as new () => Encoder;

/** By name; kafkajs calls FindCoordinator GroupCoordinator. */
export const apiKeys = load('kafkajs/src/protocol/requests/apiKeys') as Readonly<Record<string, number>>;
const protocol = load('kafkajs/src/protocol/requests') as {
  readonly requests: Readonly<Record<string, Definition>>;
  lookup(versions: Versions): (apiKey: number, definition: Definition) => (given: object) => Exchange;
};

/** The request in the newest version that both sides know. */
export function exchangeOf(versions: Versions, name: string, given: object): Exchange {
  const definition = protocol.requests[name];
  const apiKey = apiKeys[name];
  if (definition === undefined || apiKey === undefined) throw new Error(`kafkajs has no request ${name}`);
  return protocol.lookup(versions)(apiKey, definition)(given);
}

/** Asked before anything is known of the broker; every broker since 0.11 knows this version. */
export function apiVersionsExchange(): Exchange {
  const definition = protocol.requests.ApiVersions;
  if (definition === undefined) throw new Error('kafkajs has no request ApiVersions');
  return definition.protocol({ version: 2 })({});
}

const { errorCodes } = load('kafkajs/src/protocol/error') as {
  readonly errorCodes: readonly { readonly code: number; readonly type: string }[];
};

/** Names that changed since, or that are newer than kafkajs. */
const names = new Map([
  ...errorCodes.map(({ code, type }) => [code, type] as const),
  [6, 'NOT_LEADER_OR_FOLLOWER'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS'],
  [15, 'COORDINATOR_NOT_AVAILABLE'],
  [16, 'NOT_COORDINATOR'],
  [82, 'FENCED_INSTANCE_ID'],
  [88, 'UNSTABLE_OFFSET_COMMIT'],
  [90, 'PRODUCER_FENCED'],
  [100, 'UNKNOWN_TOPIC_ID'],
  [103, 'INCONSISTENT_TOPIC_ID'],
  [120, 'TRANSACTION_ABORTABLE'],
]);

/** The protocol's name; undefined where there was no error. */
export const nameOfCode = (code: number): string | undefined =>
  code === 0 ? undefined : (names.get(code) ?? `error ${code}`);

export const groupMetadata = (
  load('kafkajs') as {
    readonly AssignerProtocol: {
      readonly MemberMetadata: { encode(given: { version: number; topics: readonly string[] }): Buffer };
      readonly MemberAssignment: {
        encode(given: { version: number; assignment: Readonly<Record<string, readonly number[]>> }): Buffer;
        decode(bytes: Buffer): { readonly assignment: Readonly<Record<string, readonly number[]>> } | null;
      };
    };
  }
).AssignerProtocol;
