/**
 * Which cluster a data directory belongs to: what else lies in it (the database) was filled from that cluster. Another one
 * behind the same address has other offsets, and perhaps the same topics.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Notify } from '../notify.ts';

export const KNOWN_CLUSTER_FILE = 'kafka-cluster.json';

export interface FoundCluster {
  readonly cluster: string;
  readonly brokers: readonly string[];
}

/** Remembers the first cluster, refuses others. A directory that cannot be written remembers nothing, and is told. */
export function recogniseCluster(directory: string, found: FoundCluster, notify: Notify): void {
  const file = join(directory, KNOWN_CLUSTER_FILE);
  const known = existsSync(file) ? readKnown(file) : undefined;
  if (known === undefined) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ cluster: found.cluster })}\n`);
    } catch (cause) {
      notify(`cannot remember the Kafka cluster in ${file}: ${reasonOf(cause)}`, cause);
    }
  } else if (known !== found.cluster) {
    const brokers = found.brokers.join(',');
    throw new ScreenerError('CLUSTER_DIFFERS', { brokers, found: found.cluster, expected: known, file });
  }
}

/** undefined where it says nothing that we understand: it is written anew. */
function readKnown(file: string): string | undefined {
  try {
    const { cluster } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cluster?: unknown };
    return typeof cluster === 'string' && cluster !== '' ? cluster : undefined;
  } catch {
    return undefined;
  }
}
