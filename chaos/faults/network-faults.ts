/** Faults of the network between workers and brokers, each for one way into the cluster. */
import type { FaultKind } from '../fault-kinds.ts';
import { type Fault, pause, someoneBusy } from '../scene.ts';
import { between, pick, type Random } from '../seeded-random.ts';
import type { TcpProxy } from '../tcp-proxy.ts';

interface NetworkFault {
  readonly kind: FaultKind;
  readonly weight: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Returns how many connections it concerned. */
  readonly begin: (proxy: TcpProxy, random: Random) => number;
  /** What shows afterwards that it was felt; default: that it concerned any connection. */
  readonly felt?: (proxies: readonly TcpProxy[]) => () => boolean;
}

const networkFault = ({ kind, weight, minMs, maxMs, begin, felt }: NetworkFault): Fault => ({
  kind,
  weight,
  async inject(scene) {
    const { zones, ledger, random, stop, say } = scene;
    if (!(await someoneBusy(scene)) || stop.aborted) return;
    const proxies = pick(random, zones);
    const wasFelt = felt?.(proxies);
    const connections = proxies.reduce((sum, proxy) => sum + begin(proxy, random), 0);
    const lasts = between(random, minMs, maxMs);
    say(`${kind} on ${connections} connections for ${(lasts / 1_000).toFixed(1)} s`);
    await pause(lasts, stop);
    for (const proxy of proxies) proxy.heal();
    ledger.record(kind, wasFelt === undefined ? connections > 0 : wasFelt());
  },
});

export const networkFaults: readonly Fault[] = [
  networkFault({ kind: 'network-cut', weight: 3, minMs: 100, maxMs: 3_000, begin: (proxy) => proxy.cut() }),
  // From a hiccup to longer than a session and a transaction last.
  networkFault({ kind: 'network-silence', weight: 2, minMs: 1_000, maxMs: 14_000, begin: (proxy) => proxy.silence() }),
  networkFault({ kind: 'network-half-open', weight: 1, minMs: 500, maxMs: 2_000, begin: (proxy) => proxy.halfOpen() }),
  networkFault({
    kind: 'network-delay',
    weight: 1,
    minMs: 2_000,
    maxMs: 6_000,
    begin: (proxy, random) => {
      proxy.delay(between(random, 20, 200));
      return proxy.connections;
    },
    felt: (proxies) => {
      const count = (): number => proxies.reduce((sum, { delayedChunks }) => sum + delayedChunks, 0);
      const before = count();
      return () => count() > before;
    },
  }),
];
