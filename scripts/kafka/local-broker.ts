/** One Kafka node (broker and controller in one) straight from Maven's jars, for tests and development. */
import { type LocalClusterOptions, startLocalCluster } from './local-cluster.ts';

export interface RunningBroker {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  /** Of the broker itself, so that a test can kill it. */
  readonly pid: number;
  /** Asks it to stop, and insists when it does not. */
  stop(): Promise<void>;
}

export type LocalBrokerOptions = Omit<LocalClusterOptions, 'brokers' | 'listeners'>;

export async function startLocalBroker(options: LocalBrokerOptions): Promise<RunningBroker> {
  const { brokers, nodes, stop } = await startLocalCluster(options);
  const pid = nodes[0]?.pid;
  if (pid === undefined) throw new Error('the broker ended as soon as it was ready');
  return { brokers, pid, stop };
}
