/**
 * The embedded engine: one SQLite file under a data directory, one process that writes it. SQLite answers at once, so
 * everything between two ticks of the event loop is atomic for the other apps of the process; durable means fsynced.
 */
import { mkdirSync } from 'node:fs';
import { ScreenerError } from '@screener/errors';
import type { AssignmentListener, Engine, Membership, Transactor } from '../engine.ts';
import { type Notify, silent } from '../notify.ts';
import type { KeptInput, NewRecord, PartitionOffsets, Reader, ReaderOptions, Writer } from '../port.ts';
import type { Retention, TopicDescription, TopicSpec } from '../topology.ts';
import { socketPathOf } from './beside/socket-path.ts';
import { SocketServer } from './beside/socket-server.ts';
import { Checkpointer } from './checkpointer.ts';
import { CommitQueue, type Committed, type Work } from './commit-queue.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { EmbeddedReader } from './embedded-reader.ts';
import { GroupRows } from './group-rows.ts';
import { Groups } from './groups.ts';
import { Housekeeping, type Step } from './housekeeping.ts';
import type { LiveTopic } from './live-topic.ts';
import { type LogFile, type Mode, openLogFile } from './log-file.ts';
import { splitRecords, type Topic } from './placement.ts';
import { protectorOf } from './protector.ts';
import { Statements } from './statements.ts';
import { StoredTopic } from './stored-topic.ts';
import { TopicRegistry } from './topic-registry.ts';
import { WakeUps } from './wake-ups.ts';

export interface EmbeddedLogOptions {
  readonly directory: string;
  /** 'read': beside a running writer, or without one; nothing can be changed. */
  readonly mode: Mode;
  readonly notify?: Notify;
  /** Wall clock in ms: retention and compaction only. */
  readonly now?: () => number;
  /** Milliseconds that only rise: how long a step of housekeeping takes. */
  readonly stopwatch?: () => number;
  /** The file grows no further than this, as if the disk were full. */
  readonly bytesMax?: number;
}

export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedEngine> {
  return EmbeddedEngine.open(options);
}

export class EmbeddedEngine implements Engine {
  readonly name = 'embedded';
  readonly cluster: string;
  readonly #log: LogFile;
  readonly #lock: DirectoryLock | undefined;
  readonly #topics: TopicRegistry;
  readonly #groupRows: GroupRows;
  readonly #wakeUps: WakeUps;
  readonly #queue: CommitQueue;
  readonly #checkpointer: Checkpointer;
  readonly #groups = new Groups();
  readonly #housekeeping: Housekeeping | undefined;
  /** For other processes of this machine. */
  readonly #server: SocketServer | undefined;
  readonly #readers = new Set<Reader>();
  /** Newest transactor by group, topic and partition: every older one is fenced. One process writes, so memory will do. */
  readonly #owners = new Map<string, symbol>();
  #closing: Promise<void> | undefined;
  #closed = false;

  static open(options: EmbeddedLogOptions): EmbeddedEngine {
    const { directory, mode, bytesMax } = options;
    if (mode === 'read') return new EmbeddedEngine(openLogFile(directory, mode), undefined, options);
    mkdirSync(directory, { recursive: true });
    const lock = lockDirectory(directory);
    try {
      return new EmbeddedEngine(openLogFile(directory, mode, bytesMax), lock, options);
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
  }

  private constructor(log: LogFile, lock: DirectoryLock | undefined, options: EmbeddedLogOptions) {
    const { notify = silent, now = Date.now, stopwatch } = options;
    this.#log = log;
    this.#lock = lock;
    this.#groupRows = new GroupRows(log, new Statements(log.database));
    this.cluster = log.cluster;
    this.#wakeUps = new WakeUps(log);
    this.#checkpointer = new Checkpointer(log.file);
    const committed: Committed = (places, pages) => {
      for (const [topic, partitions] of places) this.#wakeUps.wake(topic.description.name, partitions);
      this.#checkpointer.committed(pages);
    };
    this.#queue = new CommitQueue(log, committed, notify);
    try {
      this.#topics = new TopicRegistry(log);
    } catch (thrown) {
      log.database.close();
      throw thrown;
    }
    if (log.mode === 'read') return;
    const topics = (): Iterable<StoredTopic> => this.#topics.stored();
    this.#housekeeping = new Housekeeping({ log, topics, now, notify, ...(stopwatch && { stopwatch }) });
    this.#server = new SocketServer(socketPathOf(log.directory), this, notify);
  }

  async createTopic(spec: TopicSpec): Promise<void> {
    this.#mustWrite(`creating topic ${spec.name}`);
    this.#topics.create(spec);
  }

  async changeRetention(topic: string, retention: Retention): Promise<void> {
    this.#mustWrite(`changing how long topic ${topic} is kept`);
    this.#topics.changeRetention(topic, retention);
  }

  async topics(): Promise<readonly TopicDescription[]> {
    this.#mustBeOpen('describing the topics');
    this.#topics.load();
    return this.#topics.descriptions;
  }

  writer(): Writer {
    return {
      append: async (records) => {
        this.#mustWrite('an append');
        await this.#commit(records, {});
      },
      close: async () => {},
    };
  }

  reader(options: ReaderOptions): Reader {
    const open = (): Topic => {
      this.#mustBeOpen('reading');
      return this.#topics.find(options.topic);
    };
    const reader = new EmbeddedReader(open, this.#wakeUps, options, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    this.#mustBeOpen('asking for offsets');
    const found = this.#topics.find(topic);
    return Array.from({ length: found.description.partitions }, (_, partition) => ({
      partition,
      beginning: found.beginning(partition),
      end: found.end(partition),
    }));
  }

  async committed(group: string, topic: string): Promise<ReadonlyMap<number, number>> {
    this.#mustBeOpen('asking for committed offsets');
    return this.#groupRows.offsets(group, topic);
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    this.#mustWrite(`joining group ${group}`);
    return this.#groups.join(group, topic, this.#topics.find(topic).description.partitions, listener);
  }

  async transactor(group: string, topic: string, partition: number): Promise<Transactor> {
    this.#mustWrite(`a transaction of ${group}`);
    const place = JSON.stringify([group, topic, partition]);
    const owner = Symbol(place);
    this.#owners.set(place, owner);
    const mustOwn = (): void => {
      if (this.#owners.get(place) !== owner) throw new ScreenerError('TASK_FENCED', { group, partition });
    };
    return {
      committed: (await this.committed(group, topic)).get(partition),
      commit: async (outputs, nextOffset) => {
        this.#mustWrite(`a transaction of ${group}`);
        mustOwn();
        const write = (): void => this.#groupRows.writeOffset(group, topic, partition, nextOffset);
        await this.#commit(outputs, { permit: mustOwn, write });
      },
      close: async () => {
        if (this.#owners.get(place) === owner) this.#owners.delete(place);
      },
    };
  }

  async mirror(group: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    this.#mustWrite(`an offset of ${group}`);
    await this.#commit([], { write: () => this.#groupRows.writeOffset(group, topic, partition, nextOffset) });
  }

  async protect(group: string, topic: string, partition: number, offset: number, task?: number): Promise<void> {
    this.#mustWrite(`protecting what ${group} needs`);
    const found = this.#topics.find(topic);
    // A live topic has nothing to take over from.
    if (!(found instanceof StoredTopic)) return;
    const write = (): void => this.#groupRows.writeProtection(protectorOf(group, task), found.id, partition, offset);
    await this.#queue.commit({ records: [], write });
  }

  async protections(): Promise<readonly KeptInput[]> {
    this.#mustBeOpen('asking what is kept for groups');
    return this.#groupRows.protections();
  }

  async release(group: string): Promise<void> {
    this.#mustWrite(`letting go of what ${group} needs`);
    const permit = (): void => {
      if (this.#groups.hasMembers(group)) throw new ScreenerError('GROUP_RUNNING', { group });
    };
    await this.#queue.commit({ records: [], permit, write: () => this.#groupRows.removeProtections(group) });
  }

  /** Retention and compaction of everything that is due now. */
  keepHouse(): readonly Step[] {
    return this.#housekeeping?.runAll() ?? [];
  }

  /** Size of the file in pages, what waits to be used again included. */
  get filePages(): number {
    return this.#housekeeping?.filePages ?? 0;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#housekeeping?.close();
    await this.#server?.close();
    await Promise.all([...this.#readers].map((reader) => reader.close()));
    this.#queue.close();
    this.#closed = true;
    this.#wakeUps.wakeAll();
    await this.#checkpointer.close();
    this.#log.database.close();
    this.#lock?.release();
  }

  async #commit(records: readonly NewRecord[], rows: Omit<Work, 'records'>): Promise<void> {
    const { stored, live } = splitRecords(records, (name) => this.#topics.find(name));
    if (stored.length > 0 || rows.write !== undefined) await this.#queue.commit({ records: stored, ...rows });
    const places = new Map<LiveTopic, Set<number>>();
    for (const { topic, partition, record } of live) {
      topic.append(partition, record);
      const partitions = places.get(topic) ?? new Set();
      places.set(topic, partitions.add(partition));
    }
    for (const [topic, partitions] of places) this.#wakeUps.wake(topic.description.name, partitions);
  }

  #mustBeOpen(action: string): void {
    if (this.#closed) throw new ScreenerError('LOG_CLOSED', { action });
  }

  #mustWrite(action: string): void {
    this.#mustBeOpen(action);
    if (this.#log.mode === 'read') throw new ScreenerError('LOG_READ_ONLY', { directory: this.#log.directory, action });
  }
}
