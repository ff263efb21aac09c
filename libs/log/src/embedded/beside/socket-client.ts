/** The side of a process that asks another one to write: one call at a time, answered in order. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { NewRecord, PartitionOffsets } from '../../port.ts';
import type { Retention, TopicSpec } from '../../topology.ts';
import { decodeError } from './calls.ts';
import { FrameInbox } from './frame-inbox.ts';
import { encodeFrame, encodeRecords, type Frame, FrameInvalid, type Head, pieces, protocolVersion } from './frames.ts';
import { isOurSocket, socketPathOf } from './socket-path.ts';

/** How long the other process may take to greet: it may be busy, but it is on this machine. */
const greetingMsMax = 5_000;

export class SocketClient {
  readonly #directory: string;
  readonly #socket: Socket;
  readonly #inbox: FrameInbox;
  #calls: Promise<unknown> = Promise.resolve();
  #nextId = 1;

  /** undefined: nobody listens there. */
  static async connect(directory: string): Promise<SocketClient | undefined> {
    const path = socketPathOf(directory);
    if (!isOurSocket(path)) return undefined;
    const socket = createConnection(path);
    try {
      await once(socket, 'connect');
    } catch {
      return undefined;
    }
    const client = new SocketClient(directory, socket);
    await client.#greet();
    return client;
  }

  private constructor(directory: string, socket: Socket) {
    this.#directory = directory;
    this.#socket = socket;
    this.#inbox = new FrameInbox(socket);
    socket.on('error', () => {});
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 'open';
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    for (const piece of pieces(records)) {
      const { rows, values } = encodeRecords(piece);
      try {
        await this.#call('an append', { call: 'append', records: rows }, values);
      } catch (cause) {
        if (!(cause instanceof FrameInvalid)) throw cause;
        const { topic = '', partition = 'any' } = piece[0] ?? {};
        throw new ScreenerError('APPEND_REFUSED', { topic, partition, reason: reasonOf(cause) }, { cause });
      }
    }
  }

  async createTopic(spec: TopicSpec): Promise<void> {
    await this.#call(`creating topic ${spec.name}`, { call: 'create', spec });
  }

  async changeRetention(topic: string, { retentionMs, compactionLagMs }: Retention): Promise<void> {
    const head = { call: 'retain', topic, retentionMs: retentionMs ?? null, compactionLagMs };
    await this.#call(`changing how long topic ${topic} is kept`, head);
  }

  async release(group: string): Promise<void> {
    await this.#call(`letting go of what ${group} needs`, { call: 'release', group });
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    const { offsets } = (await this.#call('asking for offsets', { call: 'offsets', topic })).head;
    return offsets as readonly PartitionOffsets[];
  }

  /** Takes the connection for itself: each answer comes as it arrives, until the one without records. */
  async *stream(head: Head): AsyncGenerator<Frame> {
    this.#socket.write(encodeFrame({ id: 0, ...head }));
    for (;;) {
      const frame = await this.#answer('reading');
      yield frame;
      if (frame.head.records === undefined) return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #greet(): Promise<void> {
    this.#socket.setTimeout(greetingMsMax, () => this.#socket.destroy());
    const { version } = (await this.#call('the greeting', { call: 'hello', version: protocolVersion })).head;
    this.#socket.setTimeout(0);
    if (version === protocolVersion) return;
    this.close();
    const facts = { directory: this.#directory, found: String(version), expected: protocolVersion };
    throw new ScreenerError('LOG_PEER_DIFFERENT', facts);
  }

  #call(action: string, head: Head, values: readonly Uint8Array[] = []): Promise<Frame> {
    const call = this.#calls.then(async () => {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#socket.write(encodeFrame({ id, ...head }, values));
      return this.#answer(action);
    });
    this.#calls = call.catch(() => {});
    return call;
  }

  async #answer(action: string): Promise<Frame> {
    const answer = await this.#inbox.next();
    if (answer === undefined) throw new ScreenerError('LOG_PEER_LOST', { directory: this.#directory, action });
    const { error } = answer.head;
    if (error !== undefined) throw decodeError(error);
    return answer;
  }
}
