import { describe, expect, test } from 'vitest';
import type { AssignmentListener } from '../engine.ts';
import { type Bench, uniqueName, until } from './bench.ts';

/** Notes what it has, and whether anybody ever had the same at the same time. */
class Listener implements AssignmentListener {
  readonly has = new Set<number>();
  readonly #owners: Map<number, Listener>;
  readonly overlaps: number[] = [];
  failure: unknown;

  constructor(owners: Map<number, Listener>) {
    this.#owners = owners;
  }

  assigned(partitions: readonly number[]): void {
    for (const partition of partitions) {
      if (this.#owners.has(partition)) this.overlaps.push(partition);
      this.#owners.set(partition, this);
      this.has.add(partition);
    }
  }

  async revoked(partitions: readonly number[]): Promise<void> {
    // Work on hand takes a while; nobody else may begin before.
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.drop(partitions);
  }

  drop(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.has.delete(partition);
      if (this.#owners.get(partition) === this) this.#owners.delete(partition);
    }
  }

  failed(cause: unknown): void {
    this.failure = cause;
  }
}

export function describeGroups(bench: Bench): void {
  describe('groups', () => {
    test('share the partitions, and hand them over settled', async () => {
      const topic = await bench.topic('shared', { partitions: 6 });
      const group = uniqueName('group');
      const owners = new Map<number, Listener>();
      const [a, b] = [new Listener(owners), new Listener(owners)];
      const first = await bench.engine.join(group, topic, a);
      await until('all partitions for the only member', () => a.has.size === 6);
      const second = await bench.engine.join(group, topic, b);
      await until('half for each', () => a.has.size === 3 && b.has.size === 3);
      expect([...a.has, ...b.has].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      a.drop([...a.has]);
      await first.leave();
      await until('all for the one that stayed', () => b.has.size === 6);
      b.drop([...b.has]);
      await second.leave();
      expect([a.overlaps, b.overlaps, a.failure, b.failure]).toEqual([[], [], undefined, undefined]);
    });
  });
}
