import type { Engine } from '../engine.ts';
import type { Position } from '../port.ts';
import { engineMethods } from './engine-methods.ts';

/** An engine whose retention has removed what lies before `beginning` of each partition of one topic. */
export function truncatedEngine(engine: Engine, topic: string, beginning: (partition: number) => number): Engine {
  const later = (from: Position, partitions: readonly number[]): Position => {
    if (from === 'end' || (typeof from === 'object' && 'time' in from)) return from;
    const asked = typeof from === 'object' ? from.offsets : new Map<number, number>();
    return { offsets: new Map(partitions.map((p) => [p, Math.max(asked.get(p) ?? 0, beginning(p))])) };
  };
  return {
    ...engineMethods(engine),
    reader: (options) =>
      options.topic === topic && options.partitions !== undefined
        ? engine.reader({ ...options, from: later(options.from, options.partitions) })
        : engine.reader(options),
    offsets: async (asked) => {
      const offsets = await engine.offsets(asked);
      if (asked !== topic) return offsets;
      return offsets.map((place) => ({ ...place, beginning: Math.max(place.beginning, beginning(place.partition)) }));
    },
  };
}
