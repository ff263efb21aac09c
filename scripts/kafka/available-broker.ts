/** Which broker can be had on this machine: the one that is given, Java and Maven, Docker, or none with the reason. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startDockerBroker } from './docker-broker.ts';
import { type LocalClusterOptions, startLocalCluster } from './local-cluster.ts';

export type AvailableBroker =
  | { readonly kind: 'given'; readonly brokers: string }
  | { readonly kind: 'java' }
  | { readonly kind: 'docker' }
  | { readonly kind: 'none'; readonly reason: string };

const JAVA_VERSION_MIN = 17;
const PROBE_TIMEOUT_MS = 15_000;
const run = promisify(execFile);

export async function availableBroker(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<AvailableBroker> {
  const given = environment.KAFKA_BROKERS;
  if (given !== undefined && given !== '') return { kind: 'given', brokers: given };
  const [java, maven, docker] = await Promise.all([
    javaVersion(),
    answers('mvn', '--version'),
    answers('docker', 'info'),
  ]);
  if (java !== undefined && java >= JAVA_VERSION_MIN && maven) return { kind: 'java' };
  if (docker) return { kind: 'docker' };
  const missing = [
    java === undefined ? 'no Java' : java < JAVA_VERSION_MIN ? `Java ${java} is too old` : '',
    maven ? '' : 'no Maven',
    'no Docker',
  ].filter((text) => text !== '');
  return {
    kind: 'none',
    reason: `no Kafka broker can be had here (${missing.join(', ')}): set KAFKA_BROKERS, or install Java ${JAVA_VERSION_MIN} and Maven, or Docker`,
  };
}

export interface StartedBroker {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  stop(): Promise<void>;
}

/** Starts whatever is available; a given broker is used as it is and not stopped by us. */
export async function startAvailableBroker(
  available: Exclude<AvailableBroker, { kind: 'none' }>,
  options: Omit<LocalClusterOptions, 'listeners'>,
): Promise<StartedBroker> {
  if (available.kind === 'given') return { brokers: available.brokers, stop: async () => {} };
  if (available.kind === 'java') return startLocalCluster(options);
  if ((options.brokers ?? 1) > 1)
    throw new Error('several brokers need Java and Maven: with Docker alone there is one');
  return startDockerBroker(options);
}

async function javaVersion(): Promise<number | undefined> {
  try {
    // `java -version` prints to standard error: openjdk version "17.0.15" 2025-04-15
    const { stderr, stdout } = await run('java', ['-version'], { timeout: PROBE_TIMEOUT_MS });
    const match = /version "(\d+)/.exec(stderr + stdout);
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}

async function answers(command: string, argument: string): Promise<boolean> {
  try {
    await run(command, [argument], { timeout: PROBE_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
