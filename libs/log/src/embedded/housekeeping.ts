/**
 * Retention, compaction and the size of the file, in the background. A round goes once over all partitions, step by step,
 * with a pause after each step in which writers and readers have their turn.
 */
import { reasonOf } from '@screener/errors';
import type { Notify } from '../notify.ts';
import { type Cleaned, Cleaning } from './cleaning.ts';
import { FileSize } from './file-size.ts';
import type { LogFile } from './log-file.ts';
import { translateSqliteError } from './sqlite-errors.ts';
import { StepSize } from './step-size.ts';
import type { StoredTopic } from './stored-topic.ts';

const roundEveryMs = 5_000;
/** Writers that wait have so long for themselves before the next step. */
const pauseMs = 10;
/** Partitions without anything to do that are looked at in one turn of the event loop. */
const looksPerTurn = 8;
/** Steps of one visit: a partition with a long backlog lets the others have their turn. */
const stepsMaxPerVisit = 50;
const recordLimits = { first: 256, min: 64, max: 4_096 };
const pageLimits = { first: 64, min: 16, max: 1_024 };
/** Retention that is held back for longer than this is worth a line, once. */
const heldMsMax = 86_400_000;

export interface HousekeepingOptions {
  readonly log: LogFile;
  readonly topics: () => Iterable<StoredTopic>;
  /** Wall clock. */
  readonly now: () => number;
  readonly notify: Notify;
  /** Milliseconds that only rise, to learn how long a step takes. */
  readonly stopwatch?: () => number;
}

/** What one step did; `touched` never exceeds the `limit` that it was given. */
export interface Step {
  readonly kind: 'records' | 'pages';
  readonly limit: number;
  readonly touched: number;
  readonly tookMs: number;
}

export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #stopwatch: () => number;
  readonly #cleaning: Cleaning;
  readonly #fileSize: FileSize;
  readonly #records = new StepSize(recordLimits);
  readonly #pages = new StepSize(pageLimits);
  readonly #saidHeld = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #steps: Generator<Step> | undefined;
  /** Some partition had more to do than one visit. */
  #hasBacklog = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#stopwatch = options.stopwatch ?? (() => performance.now());
    this.#cleaning = new Cleaning(options.log, options.now);
    this.#fileSize = new FileSize(options.log);
    this.#rest(roundEveryMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  get filePages(): number {
    return this.#fileSize.pages;
  }

  /** Everything that is due, at once: for tests and for tools that have the log to themselves. */
  runAll(): Step[] {
    const done: Step[] = [];
    for (let count = -1; count < done.length; ) {
      count = done.length;
      for (const step of this.#round()) if (step.touched > 0) done.push(step);
    }
    return done;
  }

  #rest(forMs: number): void {
    this.#timer = setTimeout(() => this.#work(), forMs);
    this.#timer.unref();
  }

  #work(): void {
    if (this.#takesTurn()) {
      this.#rest(pauseMs);
      return;
    }
    this.#steps = undefined;
    this.#rest(this.#hasBacklog ? pauseMs : roundEveryMs);
  }

  /** One step that did something, or a few looks in vain. False: the round is over. */
  #takesTurn(): boolean {
    const { log, notify } = this.#options;
    try {
      this.#steps ??= this.#round();
      for (let looks = 0; looks < looksPerTurn; looks += 1) {
        const step = this.#steps.next();
        if (step.done) return false;
        if (step.value.touched > 0) break;
      }
      return true;
    } catch (thrown) {
      const cause = translateSqliteError(thrown, log.file);
      this.#hasBacklog = false;
      notify(`retention and compaction did not finish a round: ${reasonOf(cause)}`, cause);
      return false;
    }
  }

  *#round(): Generator<Step> {
    this.#hasBacklog = false;
    for (const topic of this.#options.topics()) {
      for (let partition = 0; partition < topic.description.partitions; partition += 1) {
        yield* this.#visit((max) => this.#cleaning.step(topic, partition, max));
        this.#sayHeld(topic, partition);
      }
      yield* this.#visit((max) => this.#cleaning.stepOfTopic(topic, max));
    }
    for (;;) {
      const step = this.#measure('pages', this.#pages, (max) => this.#fileSize.shrink(max));
      yield step;
      if (step.touched === 0) return;
    }
  }

  *#visit(clean: (max: number) => Cleaned): Generator<Step> {
    let more = true;
    for (let count = 0; more && count < stepsMaxPerVisit; count += 1) {
      const step = this.#measure('records', this.#records, (max) => {
        const cleaned = clean(max);
        more = cleaned.more && cleaned.touched > 0;
        return cleaned.touched;
      });
      yield step;
    }
    this.#hasBacklog ||= more;
  }

  #measure(kind: Step['kind'], size: StepSize, work: (max: number) => number): Step {
    const limit = size.now;
    const began = this.#stopwatch();
    const touched = work(limit);
    const tookMs = this.#stopwatch() - began;
    // A step that had little to do says nothing about large ones, unless it was slow all the same.
    if (2 * touched >= limit || tookMs > pauseMs) size.took(tookMs);
    return { kind, limit, touched, tookMs };
  }

  #sayHeld(topic: StoredTopic, partition: number): void {
    const place = `${topic.description.name} partition ${partition}`;
    const held = this.#cleaning.heldBy(topic, partition);
    if (held === undefined || held.beyondMs < heldMsMax) return void this.#saidHeld.delete(place);
    if (this.#saidHeld.has(place)) return;
    this.#saidHeld.add(place);
    const days = Math.floor(held.beyondMs / 86_400_000);
    const { group, offset } = held;
    this.#options.notify(
      `${place} keeps records ${days} days beyond its retention: ${group} needs them from offset ${offset} on to start again`,
    );
  }
}
