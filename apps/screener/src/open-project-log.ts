/** Opens the log that the settings name, the same way for every command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ScreenerError } from '@screener/errors';
import { bindSchemas } from '@screener/events';
import { type Log, openLog, readTopology, type Topology } from '@screener/log';
import type { Settings } from '@screener/service';
import { productRoot } from './version.ts';

export type Source = 'live' | 'demo';

/** Simulated and real candles never share a log: each source has a directory of its own. */
export const dataDirectory = (settings: Settings, source: Source): string => join(settings.SCREENER_HOME, source);

export const readProjectTopology = (): Topology => readTopology(join(productRoot, 'topology/topics.yaml'));

/** What the embedded engine calls its file. */
const LOG_FILE = 'log.sqlite';

/** 'write': as the one process that does. 'read' and 'change': beside it, or alone where there is none. */
export type Access = 'write' | 'read' | 'change';

export async function openProjectLog(
  settings: Settings,
  source: Source,
  access: Access,
  notify: (text: string) => void,
): Promise<Log> {
  const directory = dataDirectory(settings, source);
  if (access === 'read' && settings.KAFKA_BROKERS === undefined && !existsSync(join(directory, LOG_FILE))) {
    throw new ScreenerError('LOG_MISSING', { directory });
  }
  await bindSchemas({ registryUrl: settings.SCHEMA_REGISTRY_URL, mode: access === 'read' ? 'read' : 'write', notify });
  return openLog({
    directory,
    mode: access === 'write' ? 'write' : 'beside',
    notify,
    client: settings.KAFKA_CLIENT,
    ...(settings.SCREENER_INSTANCE && { instance: settings.SCREENER_INSTANCE }),
    ...(settings.KAFKA_BROKERS && { brokers: settings.KAFKA_BROKERS }),
  });
}

/** Which of the two logs a command means: asked for, or the one that exists, live before demo. */
export function sourceOf(settings: Settings, demo: boolean, exists: (path: string) => boolean): Source {
  if (demo) return 'demo';
  if (settings.KAFKA_BROKERS !== undefined || exists(dataDirectory(settings, 'live'))) return 'live';
  return exists(dataDirectory(settings, 'demo')) ? 'demo' : 'live';
}
