/**
 * Statements prepared once. Each is an object with a finalizer: tens of thousands of them, made and dropped, measured as
 * pauses of 70 ms in which nothing else runs.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class Statements {
  readonly #database: DatabaseSync;
  /** By text. The texts are those of the code, times the tables of the log: no more than that. */
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  of(sql: string): StatementSync {
    const found = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, found);
    return found;
  }
}
