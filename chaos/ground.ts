/** Where a run takes place: brokers with proxies before them, or the embedded engine in one process. */
import { join } from 'node:path';
import { type KafkaClientName, type Log, openLog } from '@screener/log';
import { type ClusterNode, startLocalCluster } from '../scripts/kafka/local-cluster.ts';
import type { Append } from './feeder.ts';
import type { WorkerSettings } from './messages.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface Ground {
  readonly nodes: readonly ClusterNode[];
  readonly zones: readonly (readonly TcpProxy[])[];
  /** Straight, past all proxies; undefined when embedded. */
  readonly brokers: readonly string[] | undefined;
  settingsOf(number: number): Omit<WorkerSettings, 'workload'>;
  /** Comes through a proxy as workers do; undefined: only a worker can write. */
  readonly append: Append | undefined;
  /** 'beside': while workers run. */
  open(when: 'beside' | 'afterwards'): Promise<Log>;
  close(): Promise<void>;
}

/** A network fault hits one of them: the others see a member vanish that believes to be alive. */
const zoneNames = ['ZONE_A', 'ZONE_B'] as const;

/** A broker that was killed comes back only when its session ended: 9 s by default, which is most of what a restart takes. */
const impatience = { 'broker.session.timeout.ms': 3_000, 'broker.heartbeat.interval.ms': 500 };

export interface KafkaGround {
  readonly directory: string;
  readonly brokers: number;
  /** Also of the feeder and the judge: the replay joins the groups of the workers, and clients cannot be mixed in one. */
  readonly client: KafkaClientName;
  readonly notify: (text: string) => void;
}

export async function openKafkaGround({ directory, brokers, client, notify }: KafkaGround): Promise<Ground> {
  const zones: TcpProxy[][] = [];
  for (const _ of zoneNames) {
    zones.push(await Promise.all(Array.from({ length: brokers }, () => TcpProxy.listen())));
  }
  const proxyOf = (zone: number, broker: number): TcpProxy => {
    const proxy = zones[zone]?.[broker - 1];
    if (proxy === undefined) throw new Error(`no proxy in zone ${zone} for broker ${broker}`);
    return proxy;
  };
  const closeProxies = async (): Promise<void> => {
    await Promise.all(zones.flat().map((proxy) => proxy.close()));
  };
  const cluster = await startLocalCluster({
    directory: join(directory, 'kafka'),
    brokers,
    quickStart: true,
    settings: impatience,
    listeners: zoneNames.map((name, zone) => ({ name, advertisedPort: (broker) => proxyOf(zone, broker).port })),
    notify,
  }).catch(async (cause: unknown) => {
    await closeProxies();
    throw cause;
  });
  for (const node of cluster.nodes) {
    for (const [zone, name] of zoneNames.entries()) {
      const port = node.listenerPorts.get(name);
      if (port !== undefined) proxyOf(zone, node.id).target = port;
    }
  }
  const straight = cluster.brokers.split(',');
  const through = (zone: number): string[] => (zones[zone] ?? []).map(({ port }) => `127.0.0.1:${port}`);
  const feeding = await openLog({ directory, brokers: through(1), client });
  const writer = feeding.writer();
  return {
    nodes: cluster.nodes,
    zones,
    brokers: straight,
    settingsOf: (number) => ({
      name: `worker-${number}`,
      brokers: through(number % zoneNames.length),
      directory,
    }),
    append: async (records) => {
      try {
        await writer.append(records);
        return 'acknowledged';
      } catch (cause) {
        notify(`the feeder was refused: ${cause instanceof Error ? cause.message : cause}`);
        return 'unknown';
      }
    },
    open: () => openLog({ directory, brokers: straight, client }),
    close: async () => {
      await feeding.close().catch(() => {});
      await closeProxies();
      await cluster.stop();
    },
  };
}

export async function openEmbeddedGround(directory: string): Promise<Ground> {
  const home = join(directory, 'embedded');
  return {
    nodes: [],
    zones: [],
    brokers: undefined,
    settingsOf: (number) => ({ name: `worker-${number}`, brokers: undefined, directory: home }),
    append: undefined,
    open: (when) => openLog({ directory: home, mode: when === 'beside' ? 'read' : 'write' }),
    close: async () => {},
  };
}
