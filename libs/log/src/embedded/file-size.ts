/** Gives pages that retention freed back to the file system, a few at a time; most of them are better used again. */
import { type LogFile, withoutFsync } from './log-file.ts';
import { Statements } from './statements.ts';

/** Below this the file is not worth the work: 16 MB of pages. */
const freePagesMin = 4_096;
/** So much of the file may be free: what comes in tomorrow needs it again. */
const freeShareMax = 0.25;

export class FileSize {
  readonly #log: LogFile;
  readonly #statements: Statements;

  constructor(log: LogFile) {
    this.#log = log;
    this.#statements = new Statements(log.database);
  }

  get pages(): number {
    return this.#pragma('page_count');
  }

  /** Makes the file smaller by up to `max` pages; how many it were. */
  shrink(max: number): number {
    const free = this.#pragma('freelist_count');
    const tooMany = Math.floor(free - Math.max(freePagesMin, this.pages * freeShareMax));
    if (tooMany <= 0 || this.#pragma('auto_vacuum') !== 2) return 0;
    withoutFsync(this.#log, () => this.#log.database.exec(`PRAGMA incremental_vacuum(${Math.min(max, tooMany)})`));
    return free - this.#pragma('freelist_count');
  }

  #pragma(name: 'page_count' | 'freelist_count' | 'auto_vacuum'): number {
    return Number(this.#statements.of(`PRAGMA ${name}`).get()?.[name] ?? 0);
  }
}
