/** A source for tests: numbers each partition from where the log ends, whoever wrote that. */
import type { LogRecord, NewRecord, SourceDefinition, SourceTask, SourceWriter } from '../port.ts';
import { bytes, text } from './bench.ts';

/** Appends at once of one task. */
const appendsUnderWayMax = 3;
const numbersMaxPerAppend = 3;

export interface CountingTopics {
  readonly input: string;
  /** Gets the numbers, each with the life that wrote it, in the same partition. */
  readonly output: string;
  /** One partition, one record per append: what belongs together. */
  readonly audit: string;
}

export interface CountingOptions extends CountingTopics {
  readonly group: string;
  /** Tells its lives from those of others. */
  readonly name: string;
  /** What one partition of the output holds now. */
  readonly read: (partition: number) => Promise<readonly LogRecord[]>;
  /** A moment between appends; also how a test holds it up. */
  readonly pause: () => Promise<void>;
  readonly random: () => number;
}

export class CountingSource {
  readonly definition: SourceDefinition;
  /** The right to write of each life, in the order in which they began. */
  readonly writers: { readonly partition: number; readonly writer: SourceWriter }[] = [];
  /** Numbers that were acknowledged, as they must stand in the output. */
  readonly acknowledged: string[] = [];
  rejected = 0;
  closed = 0;
  readonly #options: CountingOptions;

  constructor(options: CountingOptions) {
    this.#options = options;
    const { group, input } = options;
    this.definition = { group, input, task: (partition) => this.#task(partition) };
  }

  #task(partition: number): SourceTask {
    const stop = new AbortController();
    let running: Promise<void> = Promise.resolve();
    return {
      start: async (writer) => {
        this.writers.push({ partition, writer });
        const life = `${this.#options.name}-${this.writers.length}`;
        const next = (await this.#options.read(partition)).length;
        if (!stop.signal.aborted) running = this.#count({ partition, life, writer, stop: stop.signal }, next);
      },
      close: async () => {
        stop.abort();
        await running;
        this.closed += 1;
      },
    };
  }

  async #count({ partition, life, writer, stop }: CountingLife, first: number): Promise<void> {
    const { random, pause } = this.#options;
    const underWay = new Set<Promise<void>>();
    let next = first;
    let failed = false;
    while (!stop.aborted && !failed) {
      const count = 1 + Math.floor(random() * numbersMaxPerAppend);
      const records = numberRecords(this.#options, { partition, life, first: next, count });
      next += count;
      const append = writer
        .append(records)
        .then(() => {
          for (const record of records)
            if (record.topic === this.#options.output) this.acknowledged.push(placeOf(record));
        })
        .catch(() => {
          // Whether it is there all the same, the next life reads.
          failed = true;
          this.rejected += 1;
        })
        .finally(() => underWay.delete(append));
      underWay.add(append);
      if (random() < 0.6) await pause();
      if (underWay.size >= appendsUnderWayMax) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }
}

interface CountingLife {
  readonly partition: number;
  readonly life: string;
  readonly writer: SourceWriter;
  readonly stop: AbortSignal;
}

export function numberRecords(
  { output, audit }: CountingTopics,
  { partition, life, first, count }: { partition: number; life: string; first: number; count: number },
): NewRecord[] {
  const common = { key: null, timestamp: first };
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  const records = numbers.map((number) => ({ ...common, topic: output, value: bytes(`${number} ${life}`), partition }));
  const about = { ...common, topic: audit, value: bytes(`${partition}:${numbers}`), partition: 0 };
  // In the middle, so that half of it would show.
  return [...records.slice(0, 1), about, ...records.slice(1)];
}

/** What is wrong, one line each: numbers that are missing, doubled or out of order, appends by half, and lost ones. */
export function countingFaults(
  output: readonly (readonly LogRecord[])[],
  audit: readonly LogRecord[],
  acknowledged: Iterable<string>,
): string[] {
  const audited = output.map((): number[] => []);
  for (const { value } of audit) {
    const [partition, numbers = ''] = (text(value) ?? '').split(':');
    audited[Number(partition)]?.push(...numbers.split(',').map(Number));
  }
  const faults = output.flatMap((records, partition) => {
    const numbers = records.map(({ value }) => Number.parseInt(text(value) ?? '', 10));
    const wrong = numbers.findIndex((number, index) => number !== index);
    const together = audited[partition] ?? [];
    const whole = together.length === numbers.length && together.every((number, index) => number === numbers[index]);
    return [
      ...(wrong < 0 ? [] : [`partition ${partition}: number ${wrong} is ${numbers[wrong]}`]),
      ...(whole
        ? []
        : [`partition ${partition}: appends are there by half, ${numbers.length} beside ${together.length}`]),
    ];
  });
  const found = new Set(output.flat().map(placeOf));
  const lost = [...acknowledged].filter((place) => !found.has(place));
  return lost.length === 0 ? faults : [...faults, `${lost.length} acknowledged numbers are lost, the first ${lost[0]}`];
}

const placeOf = ({ partition, value }: NewRecord): string => `${partition}:${text(value)}`;
