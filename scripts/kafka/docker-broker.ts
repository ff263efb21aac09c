/**
 * Redpanda in Docker, where there is Docker but neither Java nor Maven. Written from Redpanda's documentation;
 * the machines this was developed on had no Docker, so it has NOT been run there.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort, waitUntilReady } from './broker-ready.ts';
import type { RunningBroker } from './local-broker.ts';

const image = 'docker.redpanda.com/redpandadata/redpanda:v25.1.9';
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_S = 10;
const run = promisify(execFile);

export interface DockerBrokerOptions {
  readonly port?: number;
  readonly notify: (text: string) => void;
}

export async function startDockerBroker(options: DockerBrokerOptions): Promise<RunningBroker> {
  const port = options.port ?? (await freePort());
  options.notify(`starting ${image} in Docker (the image is fetched when it is not there yet)`);
  const { stdout } = await run('docker', [
    ...['run', '--detach', '--rm', '--publish', `127.0.0.1:${port}:${port}`, image],
    ...['redpanda', 'start', '--mode', 'dev-container', '--smp', '1', '--memory', '512M'],
    ...['--kafka-addr', `PLAINTEXT://0.0.0.0:${port}`, '--advertise-kafka-addr', `PLAINTEXT://127.0.0.1:${port}`],
    ...['--set', 'redpanda.auto_create_topics_enabled=false', '--set', 'redpanda.group_initial_rebalance_delay=0'],
  ]);
  const container = stdout.trim();
  const stop = async (): Promise<void> => {
    await run('docker', ['stop', '--time', String(STOP_TIMEOUT_S), container]);
  };
  try {
    await waitUntilReady({ port, brokers: 1, deadlineMs: START_TIMEOUT_MS, ended: () => undefined });
    const inspected = await run('docker', ['inspect', '--format', '{{.State.Pid}}', container]);
    return { brokers: `127.0.0.1:${port}`, pid: Number(inspected.stdout), stop };
  } catch (cause) {
    await stop().catch(() => {});
    throw cause;
  }
}
