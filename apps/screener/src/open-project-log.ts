/** Opens the log that the settings name, the same way for every command. */
import { join } from 'node:path';
import { bindSchemas } from '@screener/events';
import { type Log, openLog, readTopology, type Topology } from '@screener/log';
import type { Settings } from '@screener/service';
import { productRoot } from './version.ts';

export type Source = 'live' | 'demo';

/** Simulated and real candles never share a log: each source has a directory of its own. */
export const dataDirectory = (settings: Settings, source: Source): string => join(settings.SCREENER_HOME, source);

export const readProjectTopology = (): Topology => readTopology(join(productRoot, 'topology/topics.yaml'));

export async function openProjectLog(
  settings: Settings,
  source: Source,
  mode: 'read' | 'write',
  notify: (text: string) => void,
): Promise<Log> {
  await bindSchemas({ registryUrl: settings.SCHEMA_REGISTRY_URL, mode, notify });
  return openLog({
    directory: dataDirectory(settings, source),
    mode,
    notify,
    client: settings.KAFKA_CLIENT,
    ...(settings.KAFKA_BROKERS && { brokers: settings.KAFKA_BROKERS }),
  });
}

/** Which of the two logs a command means: asked for, or the one that exists, live before demo. */
export function sourceOf(settings: Settings, demo: boolean, exists: (path: string) => boolean): Source {
  if (demo) return 'demo';
  if (settings.KAFKA_BROKERS !== undefined || exists(dataDirectory(settings, 'live'))) return 'live';
  return exists(dataDirectory(settings, 'demo')) ? 'demo' : 'live';
}
