/** A reader of a simulated process: one request after the other, each answered when there is something, or at the end. */
import type { LogRecord, Position, Reader, ReaderOptions } from '../port.ts';
import type { SimulatedEngine } from './simulated-engine.ts';
import type { SimulatedPartition } from './simulated-partition.ts';

const recordsMaxPerBatch = 20;

interface Fetched {
  readonly records: readonly LogRecord[];
  /** Where the next request begins, by partition. */
  readonly next: ReadonlyMap<number, number>;
}

interface Start {
  readonly from: Map<number, number>;
  readonly stops: ReadonlyMap<number, number> | undefined;
}

const ended = Symbol('ended');

export function simulatedReader(engine: SimulatedEngine, options: ReaderOptions): Reader {
  const positions = new Map<number, number>();
  const end = Promise.withResolvers<typeof ended>();
  return {
    positions: () => positions,
    close: async () => end.resolve(ended),
    [Symbol.asyncIterator]: () => batches(engine, options, positions, end.promise),
  };
}

async function* batches(
  engine: SimulatedEngine,
  options: ReaderOptions,
  positions: Map<number, number>,
  end: Promise<typeof ended>,
): AsyncGenerator<readonly LogRecord[]> {
  const { world } = engine;
  const begun = await Promise.race([engine.call(`begins to read ${options.topic}`, () => begin(engine, options)), end]);
  if (begun === ended) return;
  const { from, stops } = begun;
  for (const [partition, offset] of from) positions.set(partition, offset);
  for (;;) {
    const fetched = await Promise.race([fetch(engine, options, from, stops), end]);
    if (fetched === ended) return;
    const { records, next } = fetched;
    const skips = world.flaw === 'records skipped' && world.chance(0.01);
    for (const [partition, offset] of next) {
      // Markers may be stepped over with the batch before them or with the one after: a position can stand on either side.
      const last = records.findLast((record) => record.partition === partition);
      positions.set(partition, last === undefined || world.chance(0.5) ? offset : last.offset + 1);
      from.set(partition, offset);
    }
    if (records.length > 0 && !skips) yield records;
    if (records.length > 0 && world.flaw === 'records delivered twice' && world.chance(0.01)) yield records;
    if (stops !== undefined && [...stops].every(([partition, stop]) => (from.get(partition) ?? 0) >= stop)) return;
  }
}

function begin({ world }: SimulatedEngine, { topic, partitions, from, until }: ReaderOptions): Start {
  const all = world.storage.partitions(topic);
  const chosen = partitions ?? all.map((_, partition) => partition);
  const places = chosen.map((partition) => [partition, world.storage.partition(topic, partition)] as const);
  return {
    from: new Map(places.map(([partition, place]) => [partition, startOf(place, partition, from)])),
    stops: until === 'end' ? new Map(places.map(([partition, place]) => [partition, place.stableEnd])) : undefined,
  };
}

function startOf(place: SimulatedPartition, partition: number, from: Position): number {
  if (from === 'beginning') return place.beginning;
  if (from === 'end') return place.stableEnd;
  if ('time' in from) return place.offsetAt(from.time);
  return Math.max(place.beginning, from.offsets.get(partition) ?? 0);
}

/** Answered at once where there is anything to answer with, otherwise when the topic changes. */
function fetch(
  engine: SimulatedEngine,
  { topic }: ReaderOptions,
  from: ReadonlyMap<number, number>,
  stops: ReadonlyMap<number, number> | undefined,
): Promise<Fetched> {
  const { storage } = engine.world;
  return new Promise((resolve, reject) => {
    const ask = (): void => {
      engine
        .call(`fetches ${topic}`, () => look(engine, topic, from, stops))
        .then((fetched) => {
          if (fetched !== undefined) resolve(fetched);
          // Something may have come while the answer was under way.
          else if (isBehind(engine, topic, from)) ask();
          else storage.onChange(topic, ask);
        }, reject);
    };
    ask();
  });
}

const isBehind = ({ world: { storage } }: SimulatedEngine, topic: string, from: ReadonlyMap<number, number>): boolean =>
  [...from].some(([partition, offset]) => storage.partition(topic, partition).stableEnd > offset);

function look(
  { world }: SimulatedEngine,
  topic: string,
  from: ReadonlyMap<number, number>,
  stops: ReadonlyMap<number, number> | undefined,
): Fetched | undefined {
  const records: LogRecord[] = [];
  const next = new Map<number, number>();
  const max = 1 + Math.floor(world.random() * recordsMaxPerBatch);
  const dirty = world.flaw === 'dirty reads';
  for (const [partition, offset] of from) {
    const before = stops?.get(partition) ?? Number.POSITIVE_INFINITY;
    const found = world.storage.partition(topic, partition).read(offset, before, max - records.length, dirty);
    records.push(...found.records);
    if (found.next > offset) next.set(partition, found.next);
  }
  return next.size > 0 || stops !== undefined ? { records, next } : undefined;
}
