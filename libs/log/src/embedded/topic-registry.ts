/** The topics of one log file: found, made, and described anew when somebody changes how long they are kept. */
import { randomUUID } from 'node:crypto';
import { ScreenerError } from '@screener/errors';
import type { Retention, TopicDescription, TopicSpec } from '../topology.ts';
import { LiveTopic } from './live-topic.ts';
import type { LogFile } from './log-file.ts';
import type { Layout } from './partition-table.ts';
import type { Topic } from './placement.ts';
import { BlockEncoder } from './record-block.ts';
import { translating } from './sqlite-errors.ts';
import { StoredTopic } from './stored-topic.ts';

export class TopicRegistry {
  readonly #log: LogFile;
  readonly #topics = new Map<string, Topic>();
  /** As the file has it, to see changes of the one that writes. */
  readonly #specs = new Map<string, string>();
  readonly #encoder = new BlockEncoder();

  constructor(log: LogFile) {
    this.#log = log;
    this.load();
  }

  /** What others of the file's readers may have missed: topics that were made or changed meanwhile. */
  load(): void {
    translating(this.#log.file, () => {
      for (const row of this.#log.database
        .prepare('SELECT id, name, topic_id, spec, layout FROM topics ORDER BY id')
        .all()) {
        const [name, text] = [String(row.name), String(row.spec)];
        if (this.#specs.get(name) === text) continue;
        const spec = JSON.parse(text) as TopicSpec;
        const description: TopicDescription = { ...spec, retentionMs: spec.retentionMs, topicId: String(row.topic_id) };
        const known = this.#topics.get(name);
        if (known !== undefined) known.description = description;
        else
          this.#topics.set(
            name,
            this.#open(Number(row.id), row.layout === 'blocks' ? 'blocks' : 'records', description),
          );
        this.#specs.set(name, text);
      }
    });
  }

  create(spec: TopicSpec): void {
    if (this.#topics.has(spec.name)) return;
    const description: TopicDescription = { ...spec, topicId: randomUUID() };
    this.#transaction(() => {
      const { lastInsertRowid } = this.#log.database
        .prepare('INSERT INTO topics (name, topic_id, spec, layout) VALUES (?, ?, ?, ?)')
        .run(spec.name, description.topicId, JSON.stringify(spec), StoredTopic.layoutOf(spec));
      if (!spec.live) StoredTopic.createTables(this.#log, Number(lastInsertRowid), description);
    });
    this.load();
  }

  changeRetention(name: string, { retentionMs, compactionLagMs }: Retention): void {
    const { topicId: _, ...spec } = this.find(name).description;
    const changed: TopicSpec = { ...spec, retentionMs, compactionLagMs };
    this.#transaction(() => {
      this.#log.database.prepare('UPDATE topics SET spec = ? WHERE name = ?').run(JSON.stringify(changed), name);
    });
    this.load();
  }

  find(name: string): Topic {
    if (!this.#topics.has(name) && this.#log.mode === 'read') this.load();
    const found = this.#topics.get(name);
    if (found === undefined) throw new ScreenerError('TOPIC_MISSING', { topic: name, where: this.#log.file });
    return found;
  }

  get descriptions(): readonly TopicDescription[] {
    return [...this.#topics.values()].map(({ description }) => description);
  }

  *stored(): Iterable<StoredTopic> {
    for (const topic of this.#topics.values()) if (topic instanceof StoredTopic) yield topic;
  }

  #open(id: number, layout: Layout, description: TopicDescription): Topic {
    if (description.live) return new LiveTopic(description);
    return new StoredTopic(this.#log, { id, layout, encoder: this.#encoder }, description);
  }

  #transaction(work: () => void): void {
    const { database, file } = this.#log;
    translating(file, () => {
      database.exec('BEGIN IMMEDIATE');
      try {
        work();
        database.exec('COMMIT');
      } catch (thrown) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw thrown;
      }
    });
  }
}
