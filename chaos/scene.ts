/** What faults have at hand. */
import type { ClusterNode } from '../scripts/kafka/local-cluster.ts';
import type { FaultKind, FaultLedger } from './fault-kinds.ts';
import type { Random } from './seeded-random.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import type { ViolationList } from './violations.ts';
import type { Workers } from './workers.ts';

export interface Scene {
  readonly workers: Workers;
  /** Empty on the embedded engine. */
  readonly nodes: readonly ClusterNode[];
  /** Ways into the cluster, each with one proxy per broker; every worker comes by one of them. */
  readonly zones: readonly (readonly TcpProxy[])[];
  /** Those whose leaders are killed, and whose copies have to be whole. */
  readonly topics: readonly string[];
  readonly ledger: FaultLedger;
  readonly violations: ViolationList;
  readonly random: Random;
  /** Aborted when the time for faults is over. */
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
}

export interface Fault {
  readonly kind: FaultKind;
  /** What else it does. */
  readonly also?: FaultKind;
  /** How often it is in the deck that is dealt. */
  readonly weight: number;
  /** Must leave everything whole that it broke, also when `scene.stop` is aborted meanwhile. */
  inject(scene: Scene): Promise<void>;
}

/** Ends early when the signal is aborted. */
export function pause(ms: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (stop?.aborted) done();
    else stop?.addEventListener('abort', done);
  });
}

/** Waits until some worker has partitions, so that there is something to break. */
export const someoneBusy = ({ workers, stop }: Scene): Promise<boolean> =>
  cameTrue(() => workers.busy.length > 0, busyWithinMs, stop);

const pollMs = 20;
/** After all were killed it takes a session timeout until anybody owns anything. */
const busyWithinMs = 20_000;

/** Whether the condition came before time was up. */
export async function cameTrue(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  stop?: AbortSignal,
): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > until || stop?.aborted) return false;
    await pause(pollMs, stop);
  }
  return true;
}
