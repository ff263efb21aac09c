/** Opens the log that the settings ask for; the other engine is not even loaded. */
import { hostname } from 'node:os';
import type { Engine } from './engine.ts';
import { logOf } from './log-of-engine.ts';
import { type Notify, silent } from './notify.ts';
import type { Log } from './port.ts';

export type KafkaClientName = 'platformatic' | 'kafkajs';

export interface OpenLogOptions {
  /** Data directory. On Kafka it remembers, in mode 'write', which cluster it belongs to; '': it does not. */
  readonly directory: string;
  /** Kafka's bootstrap servers, host:port; none: embedded. */
  readonly brokers?: readonly string[];
  /**
   * On the embedded log: 'write' as the one process that does, 'read' beside it, 'beside' to let it write for us, or to be
   * it where nobody is. Default 'write'.
   */
  readonly mode?: 'write' | 'read' | 'beside';
  /** The library that speaks to Kafka. Default 'platformatic'. */
  readonly client?: KafkaClientName;
  /**
   * On Kafka: a name of this process that outlives a restart and that no other process has. Its groups keep its partitions
   * for it while it is away for less than a session timeout. Default: none, a process that leaves is gone.
   */
  readonly instance?: string;
  readonly notify?: Notify;
}

export async function openLog(options: OpenLogOptions): Promise<Log> {
  const notify = options.notify ?? silent;
  return logOf(await openEngine(options, notify), notify);
}

async function openEngine(options: OpenLogOptions, notify: Notify): Promise<Engine> {
  const { directory, brokers, mode = 'write', client = 'platformatic', instance } = options;
  if (brokers !== undefined && brokers.length > 0) {
    const { openKafkaEngine } = await import('./kafka/kafka-engine.ts');
    const { recogniseCluster } = await import('./kafka/known-cluster.ts');
    const engine = await openKafkaEngine({
      brokers,
      clientId: `screener-${hostname()}-${process.pid}`,
      client,
      notify,
      ...(instance !== undefined && { instanceId: instance }),
    });
    try {
      if (directory !== '' && mode === 'write')
        recogniseCluster(directory, { cluster: engine.cluster, brokers }, notify);
    } catch (cause) {
      await engine.close();
      throw cause;
    }
    return engine;
  }
  if (mode === 'beside') {
    const { openBeside } = await import('./embedded/beside/beside-engine.ts');
    return openBeside({ directory, notify });
  }
  const { openEmbeddedLog } = await import('./embedded/embedded-engine.ts');
  return openEmbeddedLog({ directory, mode, notify });
}
