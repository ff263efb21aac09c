/** One or several Kafka nodes on this machine, straight from Maven's jars; each can be stopped, killed and started again. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultJarCache, resolveBrokerJars } from './broker-jars.ts';
import { type BrokerProcess, startBrokerProcess } from './broker-process.ts';
import { freePort } from './broker-ready.ts';
import { brokerSettings, type NodePlace } from './broker-settings.ts';

export interface LocalClusterOptions {
  /** Where the nodes keep their data and log files. A second start with the same directory goes on with its data. */
  readonly directory: string;
  /** Default: one. */
  readonly brokers?: number;
  /** Of the first broker, the others have the next ones. Default: any free ones. */
  readonly port?: number;
  /** Where the jars are kept. */
  readonly jars?: string;
  /** Further listeners of every broker. */
  readonly listeners?: readonly ListenerRequest[];
  /** For whoever starts brokers often and does not measure them: up sooner, slower later. */
  readonly quickStart?: boolean;
  /** Settings of the brokers that are not ours. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly notify: (text: string) => void;
}

export interface ListenerRequest {
  readonly name: string;
  /** What the broker with this id tells clients that come this way. */
  readonly advertisedPort: (broker: number) => number;
}

export interface ClusterNode {
  readonly id: number;
  readonly port: number;
  /** Where the broker really listens, by name of the listener. */
  readonly listenerPorts: ReadonlyMap<string, number>;
  /** undefined while it is down. */
  readonly pid: number | undefined;
  /** Politely. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Again, with its data and its ports. Resolves when it answers. */
  start(): Promise<void>;
}

export interface LocalCluster {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  readonly nodes: readonly ClusterNode[];
  stop(): Promise<void>;
}

const HEAP_ALONE = '-Xmx512m';
const HEAP_OF_SEVERAL = '-Xmx256m';
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
/** Free ports are found by asking; somebody else may take one before the broker does. */
const START_ATTEMPTS = 3;
const run = promisify(execFile);

export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const jars = await resolveBrokerJars(options.jars ?? defaultJarCache, options.notify);
  for (let attempt = 1; ; attempt += 1) {
    const nodes = await prepareNodes(options, join(jars, '*'));
    const stop = async (): Promise<void> => {
      await Promise.all(nodes.map((node) => node.stop()));
    };
    try {
      // A node of several is ready only when the others are there.
      await Promise.all(nodes.map((node) => node.start()));
    } catch (cause) {
      await stop();
      if (options.port !== undefined || attempt === START_ATTEMPTS) throw cause;
      continue;
    }
    for (const { id, pid, port } of nodes) {
      const name = nodes.length === 1 ? 'Kafka broker' : `Kafka broker ${id} of ${nodes.length}:`;
      options.notify(`${name} ${pid} on port ${port}, data in ${options.directory}`);
    }
    return { brokers: nodes.map(({ port }) => `127.0.0.1:${port}`).join(','), nodes, stop };
  }
}

async function prepareNodes(options: LocalClusterOptions, classPath: string): Promise<readonly Node[]> {
  const count = options.brokers ?? 1;
  const places: NodePlace[] = [];
  for (let id = 1; id <= count; id += 1) {
    const listeners = [];
    for (const { name, advertisedPort } of options.listeners ?? []) {
      listeners.push({ name, port: await freePort(), advertisedPort: advertisedPort(id) });
    }
    const port = options.port === undefined ? await freePort() : options.port + id - 1;
    places.push({ id, port, controllerPort: await freePort(), listeners });
  }
  const directories = places.map(({ id }) => (count === 1 ? options.directory : join(options.directory, `node-${id}`)));
  const clusterId = knownClusterId(directories) ?? newClusterId();
  return Promise.all(
    places.map(async (place, index) => {
      const directory = directories[index] ?? options.directory;
      mkdirSync(directory, { recursive: true });
      const settings = join(directory, 'server.properties');
      writeFileSync(settings, brokerSettings(directory, place, places, options.settings));
      if (!existsSync(metaOf(directory))) await format(classPath, clusterId, settings);
      const heap = count === 1 ? HEAP_ALONE : HEAP_OF_SEVERAL;
      const java = options.quickStart === true ? [heap, ...QUICK_START] : [heap];
      return new Node(place, { directory, settings, classPath, java, brokers: count });
    }),
  );
}

/** One that begins with a dash would be taken for an option. */
const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'k');

const metaOf = (directory: string): string => join(directory, 'data', 'meta.properties');

/** Of nodes that were formatted before: one that was not joins them. */
function knownClusterId(directories: readonly string[]): string | undefined {
  const formatted = directories.map(metaOf).find((file) => existsSync(file));
  return formatted === undefined ? undefined : /^cluster\.id=(.+)$/m.exec(readFileSync(formatted, 'utf8'))?.[1]?.trim();
}

const format = (classPath: string, clusterId: string, settings: string): Promise<unknown> =>
  run('java', [
    '-Xmx64m',
    ...QUICK_START,
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    settings,
  ]);

interface NodeCommand {
  readonly directory: string;
  readonly settings: string;
  readonly classPath: string;
  readonly java: readonly string[];
  readonly brokers: number;
}

class Node implements ClusterNode {
  readonly id: number;
  readonly port: number;
  readonly listenerPorts: ReadonlyMap<string, number>;
  readonly #command: NodeCommand;
  #process: BrokerProcess | undefined;
  #startedBefore = false;

  constructor(place: NodePlace, command: NodeCommand) {
    this.id = place.id;
    this.port = place.port;
    this.listenerPorts = new Map(place.listeners.map(({ name, port }) => [name, port]));
    this.#command = command;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    // Started again it may be alone for a while: the others may be down at this moment.
    const brokers = this.#startedBefore ? 1 : this.#command.brokers;
    this.#process = await startBrokerProcess({ ...this.#command, brokers, port: this.port });
    this.#startedBefore = true;
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    await running?.stop();
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    await running?.kill();
  }
}
