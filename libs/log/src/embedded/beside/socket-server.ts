/**
 * The side of the process that writes the log: others of the same user append, create topics and follow live topics
 * through a socket. One call of a connection at a time; whoever sends nonsense, or nothing, is hung up on.
 */
import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { reasonOf } from '@screener/errors';
import type { Engine } from '../../engine.ts';
import type { Notify } from '../../notify.ts';
import type { Reader } from '../../port.ts';
import { callOf, decodeReaderOptions, decodeRetention, decodeTopicSpec, encodeError } from './calls.ts';
import {
  decodeRecords,
  encodeFrame,
  encodeRecords,
  type Frame,
  FrameReader,
  type Head,
  pieces,
  protocolVersion,
} from './frames.ts';

const connectionsMax = 16;
/** Whoever has not greeted, or has begun a frame and not ended it, after so long is not worth waiting for. */
const silenceMsMax = 3_000;

export type Served = Pick<
  Engine,
  'cluster' | 'createTopic' | 'changeRetention' | 'release' | 'writer' | 'reader' | 'offsets'
>;

export class SocketServer {
  readonly #served: Served;
  readonly #notify: Notify;
  readonly #path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, served: Served, notify: Notify) {
    this.#path = path;
    this.#served = served;
    this.#notify = notify;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = connectionsMax;
    this.#server.on('error', (cause) => this.#cannot(cause));
    this.#listen();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #listen(): void {
    const isFile = process.platform !== 'win32';
    try {
      // Left by a process that was killed: we hold the lock, so nobody listens there. Never anything but a socket.
      if (isFile && existsSync(this.#path) && lstatSync(this.#path).isSocket()) rmSync(this.#path);
    } catch (cause) {
      this.#cannot(cause);
      return;
    }
    // The socket comes into being with the call, and must not be open to others for a moment either.
    const before = isFile ? process.umask(0o177) : undefined;
    try {
      this.#server.listen(this.#path);
    } finally {
      if (before !== undefined) process.umask(before);
    }
    this.#server.once('listening', () => {
      try {
        if (isFile) chmodSync(this.#path, 0o600);
      } catch (cause) {
        this.#cannot(cause);
        this.#server.close();
      }
    });
    // The log does not keep a process alive by itself.
    this.#server.unref();
  }

  #cannot(cause: unknown): void {
    this.#notify(`other processes cannot write to the log while this one runs: ${reasonOf(cause)}`, cause);
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.unref();
    const frames = new FrameReader();
    const visit = new Visit(this.#served, socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      visit.end();
    });
    socket.setTimeout(silenceMsMax, () => {
      if (!visit.hasGreeted || frames.isPartial) socket.destroy();
    });
    const take = async (chunk: Buffer): Promise<void> => {
      for (const frame of frames.push(chunk)) await visit.answer(frame);
    };
    socket.on('data', (chunk: Buffer) => {
      // Whoever reads has nothing more to say.
      if (visit.isReading) {
        socket.destroy();
        return;
      }
      // Read on only when the calls before are answered: back-pressure reaches the other side by itself.
      socket.pause();
      take(chunk).then(
        () => socket.resume(),
        // Nonsense, or gone: its own loss.
        () => socket.destroy(),
      );
    });
  }
}

/** One connection from greeting to end. */
class Visit {
  readonly #served: Served;
  readonly #socket: Socket;
  #reader: Reader | undefined;
  hasGreeted = false;

  constructor(served: Served, socket: Socket) {
    this.#served = served;
    this.#socket = socket;
  }

  get isReading(): boolean {
    return this.#reader !== undefined;
  }

  end(): void {
    void this.#reader?.close();
  }

  async answer(frame: Frame): Promise<void> {
    const { id } = frame.head;
    const call = callOf(frame.head);
    if (!this.hasGreeted && call !== 'hello') throw new TypeError('no greeting');
    // What the frame says is read first: nonsense ends the connection, a refusal of the log is an answer.
    const work = this.#work(call, frame);
    try {
      await this.#write({ id, ...(await work()) });
    } catch (thrown) {
      await this.#write({ id, error: encodeError(thrown) });
    }
  }

  #work(call: ReturnType<typeof callOf>, { head, values }: Frame): () => Promise<Head> {
    const served = this.#served;
    switch (call) {
      case 'hello':
        this.hasGreeted = head.version === protocolVersion;
        return async () => ({ version: protocolVersion, cluster: served.cluster });
      case 'append': {
        const records = decodeRecords(head.records, values).map(({ offset: _, ...record }) => record);
        return async () => {
          await served.writer().append(records);
          return {};
        };
      }
      case 'create': {
        const spec = decodeTopicSpec(head.spec);
        return async () => {
          await served.createTopic(spec);
          return {};
        };
      }
      case 'retain': {
        const [topic, retention] = [String(head.topic), decodeRetention(head)];
        return async () => {
          await served.changeRetention(topic, retention);
          return {};
        };
      }
      case 'release': {
        const group = String(head.group);
        return async () => {
          await served.release?.(group);
          return {};
        };
      }
      case 'offsets': {
        const topic = String(head.topic);
        return async () => ({ offsets: await served.offsets(topic) });
      }
      case 'read': {
        const reader = served.reader(decodeReaderOptions(head));
        return () => this.#stream(head.id, reader);
      }
    }
  }

  /** Until the reader ends or the other side hangs up; as fast as the other side takes it. */
  async #stream(id: unknown, reader: Reader): Promise<Head> {
    this.#reader = reader;
    // Not to hear anything, but to learn at once when the other side hangs up.
    this.#socket.resume();
    try {
      for await (const batch of reader) {
        for (const piece of pieces(batch)) {
          const { rows, values } = encodeRecords(piece);
          await this.#write({ id, records: rows, positions: [...reader.positions()] }, values);
        }
      }
    } finally {
      this.#reader = undefined;
      await reader.close();
    }
    return { positions: [...reader.positions()] };
  }

  #write(head: Head, values: readonly Uint8Array[] = []): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(encodeFrame(head, values), (failed) => (failed ? reject(failed) : resolve()));
    });
  }
}
