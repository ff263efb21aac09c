/** Which faults when: decks of them, shuffled by the seed and dealt one after the other, two lanes at once. */

import type { FaultKind } from './fault-kinds.ts';
import { brokerFaults } from './faults/broker-faults.ts';
import { membersComeAndGo } from './faults/member-faults.ts';
import { networkFaults } from './faults/network-faults.ts';
import { kill, zombie } from './faults/process-faults.ts';
import { type Fault, pause, type Scene } from './scene.ts';
import { between, pick, type Random, shuffled } from './seeded-random.ts';

export interface Lane {
  readonly faults: readonly Fault[];
  readonly gapMsMin: number;
  readonly gapMsMax: number;
  /** After so many faults a rest: without one nothing would ever be in the middle of anything. */
  readonly rest?: { readonly after: number; readonly msMin: number; readonly msMax: number };
}

export interface FaultPlan {
  readonly lanes: readonly Lane[];
  /** Each has to fire at least once. */
  readonly kinds: readonly FaultKind[];
}

export interface PlanOptions {
  readonly engine: 'embedded' | 'kafka';
  readonly brokers: number;
  /** Whether side inputs change all the time. */
  readonly sides: boolean;
  /** False for short runs: a broker that comes back can take longer than all the rest. */
  readonly brokerFaults: boolean;
}

export function planFor({ engine, brokers, sides, ...wanted }: PlanOptions): FaultPlan {
  const always: readonly FaultKind[] = sides ? ['side-change', 'kill'] : ['kill'];
  if (engine === 'embedded') {
    return { lanes: [{ faults: [kill], gapMsMin: 0, gapMsMax: 800 }], kinds: always };
  }
  const infrastructure = [...(wanted.brokerFaults ? brokerFaults(brokers) : []), ...networkFaults];
  return {
    lanes: [
      { faults: [kill], gapMsMin: 200, gapMsMax: 1_500, rest: { after: 6, msMin: 3_000, msMax: 9_000 } },
      { faults: [zombie, membersComeAndGo], gapMsMin: 2_000, gapMsMax: 8_000 },
      { faults: infrastructure, gapMsMin: 500, gapMsMax: 4_000 },
    ],
    kinds: [...always, 'zombie', 'member-added', 'member-removed', ...infrastructure.map(({ kind }) => kind)],
  };
}

/** Each kind once at first, so that a short run has all of them; what found nothing to break then, before all others again. */
export function* dealtFrom(
  faults: readonly Fault[],
  random: Random,
  missing: () => readonly FaultKind[],
): Generator<Fault, never> {
  for (;;) {
    yield* shuffled(random, faults);
    const more = faults.flatMap((fault) => Array.from({ length: fault.weight - 1 }, () => fault));
    for (const fault of shuffled(random, more)) {
      const kinds = missing();
      const late = faults.filter(({ kind, also }) => kinds.includes(kind) || (also && kinds.includes(also)));
      if (late.length > 0) yield pick(random, late);
      yield fault;
    }
  }
}

/** Resolves when `scene.stop` is aborted and everything that was broken is whole. A lane that fails ends the others too. */
export async function carryOut(plan: FaultPlan, scene: Scene): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([scene.stop, failed.signal]);
  const lanes = plan.lanes.map((lane) =>
    deal(lane, { ...scene, stop }).catch((cause: unknown) => {
      failed.abort();
      throw cause;
    }),
  );
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
}

async function deal({ faults, gapMsMin, gapMsMax, rest }: Lane, scene: Scene): Promise<void> {
  let dealt = 0;
  for (const fault of dealtFrom(faults, scene.random, () => scene.ledger.missing())) {
    await pause(between(scene.random, gapMsMin, gapMsMax), scene.stop);
    if (scene.stop.aborted) return;
    await fault.inject(scene);
    dealt += 1;
    if (rest !== undefined && dealt % rest.after === 0)
      await pause(between(scene.random, rest.msMin, rest.msMax), scene.stop);
  }
}
