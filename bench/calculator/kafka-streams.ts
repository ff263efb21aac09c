/** The peer in Java: built through Maven when its sources changed, run as a process of its own. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { CaseUnavailable } from '../framework/benchmark.ts';

export interface KafkaStreamsRun {
  readonly topology: 'dsl' | 'processor';
  readonly brokers: readonly string[];
  /** Also the name of its consumer group. */
  readonly application: string;
  readonly stateDirectory: string;
  readonly input: string;
  readonly output: string;
  /** Of KlineClosed, as it stands in the events. */
  readonly klineSchema: number;
}

export interface KafkaStreams {
  readonly pid: number;
  /** Resolves when it has its partitions and its state; rejects when it ends before. */
  readonly running: Promise<void>;
  /** Processor time of the whole process so far. */
  cpuUs(): Promise<number>;
  close(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

const directory = join(import.meta.dirname, '../peers/kafka-streams');
const classPathFile = join(directory, 'target/class-path');
/** Written last. Maven leaves a class path that did not change as it is. */
const builtFile = join(directory, 'target/built');
const buildWithinMs = 600_000;
const probeWithinMs = 15_000;
const closeWithinMs = 15_000;
const javaVersionMin = 17;
const run = promisify(execFile);

/** Resolves to the class path. */
export async function buildKafkaStreams(say: (line: string) => void): Promise<string> {
  await requireJavaAndMaven();
  if (!isBuilt()) {
    say('building bench/peers/kafka-streams through Maven (fetches Kafka Streams, about 75 MB, once)');
    const goals = ['compile', 'dependency:build-classpath'];
    const options = [`-Dmdep.outputFile=${classPathFile}`, '-Dmdep.includeScope=runtime', '-Dstyle.color=never'];
    await run('mvn', ['-q', '-B', '-f', join(directory, 'pom.xml'), ...goals, ...options], {
      timeout: buildWithinMs,
    }).catch((cause: Error & { stdout?: string }) => {
      const line = cause.stdout?.split('\n').find((text) => text.includes('ERROR')) ?? cause.message.split('\n')[0];
      throw new CaseUnavailable(`Maven could not build bench/peers/kafka-streams: ${line?.trim()}`, { cause });
    });
    writeFileSync(builtFile, '');
  }
  return [join(directory, 'target/classes'), readFileSync(classPathFile, 'utf8').trim()].join(delimiter);
}

/** And nothing changed since, nor is a jar gone. */
function isBuilt(): boolean {
  if (!existsSync(builtFile)) return false;
  const builtAt = statSync(builtFile).mtimeMs;
  const sources = [join(directory, 'pom.xml'), ...globSync(join(directory, 'src/**/*.java'))];
  if (sources.some((source) => statSync(source).mtimeMs > builtAt)) return false;
  return readFileSync(classPathFile, 'utf8').trim().split(delimiter).every(existsSync);
}

async function requireJavaAndMaven(): Promise<void> {
  try {
    const { stderr, stdout } = await run('java', ['-version'], { timeout: probeWithinMs });
    const version = Number(/version "(\d+)/.exec(stderr + stdout)?.[1] ?? 0);
    if (version < javaVersionMin) throw new Error(`this is Java ${version}`);
    await run('mvn', ['--version'], { timeout: probeWithinMs });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : cause;
    throw new CaseUnavailable(`Kafka Streams needs Java ${javaVersionMin} and Maven: ${reason}`, { cause });
  }
}

/** It ends with this process: its standard input does. */
export function startKafkaStreams(classPath: string, options: KafkaStreamsRun): KafkaStreams {
  const { brokers, ...others } = options;
  const settings = { ...others, brokers: brokers.join(','), instance: 'bench' };
  const java = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classPath, 'screener.bench.Main'];
  const child = spawn('java', [...java, ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new KafkaStreamsProcess(child, options.topology);
}

class KafkaStreamsProcess implements KafkaStreams {
  readonly pid: number;
  readonly running: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #gone: Promise<unknown>;
  readonly #answers: ((line: string) => void)[] = [];
  readonly #ended: Promise<never>;

  constructor(child: ChildProcessByStdio<Writable, Readable, null>, name: string) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdin.on('error', () => {});
    this.#gone = once(child, 'exit');
    this.#ended = this.#gone.then(() => Promise.reject(new Error(`Kafka Streams (${name}) ended`)));
    this.#ended.catch(() => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    this.running = Promise.race([promise, this.#ended]);
    this.running.catch(() => {});
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'running') resolve();
      else this.#answers.shift()?.(line);
    });
  }

  cpuUs(): Promise<number> {
    const answer = new Promise<number>((resolve) => this.#answers.push((line) => resolve(Number(line))));
    this.#child.stdin.write('\n');
    return Promise.race([answer, this.#ended]);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), closeWithinMs);
    await this.#gone;
    clearTimeout(insist);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }
}
