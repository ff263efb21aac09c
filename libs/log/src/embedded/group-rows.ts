/** What the log file knows of groups: how far they have read, and which input they may still need. */
import type { KeptInput } from '../port.ts';
import type { LogFile } from './log-file.ts';
import { groupOfProtector, protectorsOfGroup } from './protector.ts';
import { translating } from './sqlite-errors.ts';
import type { Statements } from './statements.ts';

export class GroupRows {
  readonly #log: LogFile;
  readonly #statements: Statements;

  constructor(log: LogFile, statements: Statements) {
    this.#log = log;
    this.#statements = statements;
  }

  offsets(group: string, topic: string): ReadonlyMap<number, number> {
    const rows = this.#all(
      'SELECT partition, next_offset FROM group_offsets WHERE group_name = ? AND topic = ?',
      group,
      topic,
    );
    return new Map(rows.map((row) => [Number(row.partition), Number(row.next_offset)]));
  }

  /** As the others that write: inside the caller's transaction. */
  writeOffset(group: string, topic: string, partition: number, nextOffset: number): void {
    this.#statements
      .of('INSERT OR REPLACE INTO group_offsets VALUES (?, ?, ?, ?)')
      .run(group, topic, partition, nextOffset);
  }

  writeProtection(protector: string, topicId: number, partition: number, offset: number): void {
    this.#statements
      .of('INSERT OR REPLACE INTO protections VALUES (?, ?, ?, ?)')
      .run(topicId, partition, protector, offset);
  }

  removeProtections(group: string): void {
    this.#statements.of(`DELETE FROM protections WHERE ${protectorsOfGroup}`).run(group, group);
  }

  protections(): readonly KeptInput[] {
    const rows = this.#all(
      `SELECT group_name, name, partition, record_offset FROM protections JOIN topics ON topics.id = protections.topic
        ORDER BY group_name, name, partition`,
    );
    const lowest = new Map<string, KeptInput>();
    for (const row of rows) {
      const [group, topic] = [groupOfProtector(String(row.group_name)), String(row.name)];
      const [partition, offset] = [Number(row.partition), Number(row.record_offset)];
      const place = JSON.stringify([group, topic, partition]);
      if (offset < (lowest.get(place)?.offset ?? Number.POSITIVE_INFINITY)) {
        lowest.set(place, { group, topic, partition, offset });
      }
    }
    return [...lowest.values()];
  }

  #all(sql: string, ...values: readonly string[]) {
    return translating(this.#log.file, () => this.#statements.of(sql).all(...values));
  }
}
