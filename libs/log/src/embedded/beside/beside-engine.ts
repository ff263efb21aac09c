/**
 * The log beside a process that may be writing it: reads go to the file, writes through the socket of the one that writes,
 * and where there is none the lock is taken with the first write.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ScreenerError } from '@screener/errors';
import type { AssignmentListener, Engine, Membership, Transactor } from '../../engine.ts';
import type { KeptInput, LogRecord, NewRecord, PartitionOffsets, Reader, ReaderOptions, Writer } from '../../port.ts';
import type { Retention, TopicDescription, TopicSpec } from '../../topology.ts';
import { EmbeddedEngine, type EmbeddedLogOptions } from '../embedded-engine.ts';
import { encodeReaderOptions, isPairs } from './calls.ts';
import { asLogRecords, decodeRecords } from './frames.ts';
import { SocketClient } from './socket-client.ts';

/** The other process may be just starting or just ending: it holds the lock and does not listen. */
const patienceMs = 2_000;
const tryAgainMs = 25;

type Options = Omit<EmbeddedLogOptions, 'mode'>;

export async function openBeside(options: Options): Promise<Engine> {
  const engine = new BesideEngine(options);
  await engine.open();
  return engine;
}

class BesideEngine implements Engine {
  readonly name = 'embedded';
  readonly #options: Options;
  /** For reading until this process has to write itself. */
  #file: EmbeddedEngine | undefined;
  /** This process holds the lock. */
  #own: EmbeddedEngine | undefined;
  #peer: SocketClient | undefined;
  #connecting: Promise<EmbeddedEngine | SocketClient> | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  async open(): Promise<void> {
    // A log that does not exist yet can only be made by whoever writes it.
    if (existsSync(join(this.#options.directory, 'log.sqlite'))) this.#file = this.#open('read');
    else this.#own = this.#open('write');
  }

  get cluster(): string {
    return this.#reading().cluster;
  }

  async createTopic(spec: TopicSpec): Promise<void> {
    await (await this.#writing('creating a topic')).createTopic(spec);
  }

  async changeRetention(topic: string, retention: Retention): Promise<void> {
    await (await this.#writing('changing how long a topic is kept')).changeRetention(topic, retention);
  }

  protections(): Promise<readonly KeptInput[]> {
    return this.#reading().protections();
  }

  async release(group: string): Promise<void> {
    await (await this.#writing(`letting go of what ${group} needs`)).release(group);
  }

  topics(): Promise<readonly TopicDescription[]> {
    return this.#reading().topics();
  }

  writer(): Writer {
    return {
      append: async (records: readonly NewRecord[]) => {
        const writing = await this.#writing('an append');
        await (writing instanceof SocketClient ? writing : writing.writer()).append(records);
      },
      close: async () => {},
    };
  }

  reader(options: ReaderOptions): Reader {
    return new BesideReader(options, async () => {
      const isLive = (await this.topics()).some(({ name, live }) => live && name === options.topic);
      // Live records are in the memory of the one that writes; where nobody does, there are none.
      const peer = isLive && this.#own === undefined ? await SocketClient.connect(this.#options.directory) : undefined;
      return peer ?? this.#reading().reader(options);
    });
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    const isLive = (await this.topics()).some(({ name, live }) => live && name === topic);
    const peer = isLive && this.#own === undefined ? await SocketClient.connect(this.#options.directory) : undefined;
    if (peer === undefined) return this.#reading().offsets(topic);
    try {
      return await peer.offsets(topic);
    } finally {
      peer.close();
    }
  }

  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>> {
    return this.#reading().committed(group, topic);
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    return (await this.#ownWriting(`joining group ${group}`)).join(group, topic, listener);
  }

  async transactor(group: string, topic: string, partition: number): Promise<Transactor> {
    return (await this.#ownWriting(`a transaction of ${group}`)).transactor(group, topic, partition);
  }

  async mirror(group: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    await (await this.#ownWriting(`an offset of ${group}`)).mirror(group, topic, partition, nextOffset);
  }

  async protect(group: string, topic: string, partition: number, offset: number, task?: number): Promise<void> {
    await (await this.#ownWriting(`protecting what ${group} needs`)).protect(group, topic, partition, offset, task);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connecting?.catch(() => {});
    this.#peer?.close();
    await this.#file?.close();
    await this.#own?.close();
  }

  #open(mode: 'read' | 'write'): EmbeddedEngine {
    return EmbeddedEngine.open({ ...this.#options, mode });
  }

  #reading(): EmbeddedEngine {
    const engine = this.#own ?? this.#file;
    if (engine === undefined) throw new ScreenerError('LOG_CLOSED', { action: 'reading' });
    return engine;
  }

  async #ownWriting(action: string): Promise<EmbeddedEngine> {
    const writing = await this.#writing(action);
    if (writing instanceof EmbeddedEngine) return writing;
    throw new ScreenerError('LOG_READ_ONLY', { directory: this.#options.directory, action });
  }

  #writing(action: string): Promise<EmbeddedEngine | SocketClient> {
    if (this.#closed) return Promise.reject(new ScreenerError('LOG_CLOSED', { action }));
    if (this.#own !== undefined) return Promise.resolve(this.#own);
    if (this.#peer?.isOpen) return Promise.resolve(this.#peer);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<EmbeddedEngine | SocketClient> {
    const end = performance.now() + patienceMs;
    for (;;) {
      this.#peer = await SocketClient.connect(this.#options.directory);
      if (this.#peer !== undefined) return this.#peer;
      try {
        this.#own = this.#open('write');
        return this.#own;
      } catch (cause) {
        const isHeld = cause instanceof ScreenerError && cause.code === 'LOG_HELD';
        if (!isHeld || performance.now() > end) throw cause;
      }
      await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
    }
  }
}

/** Reads from the file or from the other process, whichever it turns out to be. */
class BesideReader implements Reader {
  readonly #options: ReaderOptions;
  readonly #find: () => Promise<Reader | SocketClient>;
  #positions: ReadonlyMap<number, number> = new Map();
  #source: Reader | SocketClient | undefined;
  #closed = false;

  constructor(options: ReaderOptions, find: () => Promise<Reader | SocketClient>) {
    this.#options = options;
    this.#find = find;
  }

  positions(): ReadonlyMap<number, number> {
    return this.#source === undefined || this.#source instanceof SocketClient
      ? this.#positions
      : this.#source.positions();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#source?.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly LogRecord[]> {
    const source = await this.#find();
    this.#source = source;
    try {
      if (this.#closed) return;
      if (source instanceof SocketClient) yield* this.#fromSocket(source);
      else yield* source;
    } finally {
      await source.close();
    }
  }

  async *#fromSocket(source: SocketClient): AsyncGenerator<readonly LogRecord[]> {
    try {
      for await (const { head, values } of source.stream({ call: 'read', ...encodeReaderOptions(this.#options) })) {
        if (isPairs(head.positions)) this.#positions = new Map(head.positions);
        if (head.records !== undefined) yield asLogRecords(decodeRecords(head.records, values));
      }
    } catch (thrown) {
      // Closed by us: a pending read ends, it does not fail.
      if (!this.#closed) throw thrown;
    }
  }
}
