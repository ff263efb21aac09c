/** Opens the log that the settings ask for; the other engine is not even loaded. */
import { hostname } from 'node:os';
import type { Engine } from './engine.ts';
import { logOf } from './log-of-engine.ts';
import { type Notify, silent } from './notify.ts';
import type { Log } from './port.ts';

export interface OpenLogOptions {
  /** Data directory; used by the embedded engine. */
  readonly directory: string;
  /** Kafka's bootstrap servers, host:port; none: embedded. */
  readonly brokers?: readonly string[];
  /**
   * On the embedded log: 'write' as the one process that does, 'read' beside it, 'beside' to let it write for us, or to be
   * it where nobody is. No meaning on Kafka. Default 'write'.
   */
  readonly mode?: 'write' | 'read' | 'beside';
  readonly notify?: Notify;
}

export async function openLog(options: OpenLogOptions): Promise<Log> {
  const notify = options.notify ?? silent;
  return logOf(await openEngine(options, notify), notify);
}

async function openEngine({ directory, brokers, mode = 'write' }: OpenLogOptions, notify: Notify): Promise<Engine> {
  if (brokers !== undefined && brokers.length > 0) {
    const { openKafkaEngine } = await import('./kafka/kafka-engine.ts');
    return openKafkaEngine({ brokers, clientId: `screener-${hostname()}-${process.pid}`, notify });
  }
  if (mode === 'beside') {
    const { openBeside } = await import('./embedded/beside/beside-engine.ts');
    return openBeside({ directory, notify });
  }
  const { openEmbeddedLog } = await import('./embedded/embedded-engine.ts');
  return openEmbeddedLog({ directory, mode, notify });
}
