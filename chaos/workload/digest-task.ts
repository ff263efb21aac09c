/**
 * Second stage: what an alerter is. Few outputs, crossings and cooldowns per key, a line per minute; its outputs go to
 * whichever partition their key says, so one transaction spans several of them.
 */
import type { LogRecord, Task, TaskContext } from '@screener/log';
import { fromBytes, toBytes } from './bytes.ts';
import { digest } from './names.ts';
import { RuleBook } from './rules.ts';
import type { Marker, Tally } from './tally-task.ts';

interface Watch {
  count: number;
  above: boolean;
  fired: number;
  firedAt: number;
  markers: number;
}

/** Tallies swing around 0: this is passed often enough, and not always. */
const threshold = 0.8;
const cooldownMs = 3 * 60_000;

export class DigestTask implements Task {
  readonly rules = new RuleBook();
  readonly #partition: number;
  readonly #watches = new Map<string, Watch>();

  constructor(partition: number) {
    this.#partition = partition;
  }

  apply(record: LogRecord, context: TaskContext): void {
    if (record.key === null) {
      this.#closeMinute(fromBytes(record.value) as Marker, context);
      return;
    }
    const { key, timestamp } = record;
    const { n, sum } = fromBytes(record.value) as Tally;
    const { factor, version } = this.rules.of(key);
    const watch = this.#watches.get(key) ?? { count: 0, above: false, fired: 0, firedAt: 0, markers: 0 };
    this.#watches.set(key, watch);
    watch.count += 1;
    const above = sum > threshold * factor;
    const crossed = above && !watch.above;
    watch.above = above;
    if (!crossed || timestamp < watch.firedAt + cooldownMs) return;
    watch.fired += 1;
    watch.firedAt = timestamp;
    const value = toBytes({ n, sum, fired: watch.fired, count: watch.count, markers: watch.markers, rule: version });
    context.emit({ topic: digest.output, key: `alert ${key}`, value, timestamp });
  }

  #closeMinute({ minute, rules }: Marker, context: TaskContext): void {
    let fired = 0;
    for (const [key, watch] of this.#watches) {
      fired += watch.fired;
      if (context.fresh(key)) watch.markers += 1;
    }
    const value = toBytes({ minute, keys: this.#watches.size, fired, rules, own: this.rules.versions() });
    context.emit({ topic: digest.output, key: `minute of ${this.#partition}`, value, timestamp: minute });
  }

  applySide(record: LogRecord): void {
    this.rules.take(record);
  }

  keys(): Iterable<string> {
    return this.#watches.keys();
  }

  snapshot(key: string): Uint8Array {
    return toBytes(this.#watches.get(key));
  }

  restore(key: string, state: Uint8Array): void {
    this.#watches.set(key, fromBytes(state) as Watch);
  }
}
