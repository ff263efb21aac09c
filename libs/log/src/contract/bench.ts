/** What the contract tests stand on: one engine at a time, topics and groups of their own on storage that may be shared. */
import { randomUUID } from 'node:crypto';
import type { Engine } from '../engine.ts';
import { logOf } from '../log-of-engine.ts';
import type { Log, LogRecord, Position } from '../port.ts';
import { upkeepQuietMs } from '../processor/upkeep.ts';
import { systemTimers, type Timers } from '../timers.ts';
import type { TopicSpec } from '../topology.ts';
import { engineMethods } from './engine-methods.ts';

/** Long enough for a broker on a busy machine; reaching it is a failure. */
export const deadlineMs = 20_000;

/** Opens an engine on the same storage each time; the one before has been closed. */
export type OpenEngine = () => Promise<Engine>;

/** The minutes of a test are short: what waits for a quiet moment must not wait longer than many of them take. */
const timers: Timers = {
  now: systemTimers.now,
  after: (delayMs, call) => systemTimers.after(delayMs === upkeepQuietMs ? 0 : delayMs, call),
};

/** What the log said by itself: shown when a wait was in vain. */
const notices: string[] = [];

export class Bench {
  readonly #open: OpenEngine;
  #engine: Engine | undefined;

  constructor(open: OpenEngine) {
    this.#open = open;
  }

  async start(): Promise<void> {
    this.#engine = await this.#open();
  }

  async stop(): Promise<void> {
    await this.#engine?.close();
    this.#engine = undefined;
  }

  async reopen(): Promise<void> {
    await this.stop();
    await this.start();
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('the bench was not started');
    return this.#engine;
  }

  get log(): Log {
    return this.logOver(this.engine);
  }

  /** The port on top of an engine that misbehaves. */
  logOver(engine: Engine): Log {
    return logOf({ timers, ...engineMethods(engine) }, (text) => notices.push(text));
  }

  async topic(about: string, overrides: Partial<TopicSpec> = {}): Promise<string> {
    const name = uniqueName(about);
    await this.engine.createTopic(topicSpec(name, overrides));
    return name;
  }

  /** Everything that is in the topic now. */
  async read(topic: string, from: Position = 'beginning', partitions?: readonly number[]): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    const options = { topic, from, until: 'end', ...(partitions && { partitions }) } as const;
    for await (const batch of this.engine.reader(options)) records.push(...batch);
    return records;
  }
}

export const uniqueName = (about: string): string => `contract-${about}-${randomUUID().slice(0, 8)}`;

export const topicSpec = (name: string, overrides: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  about: 'a test',
  key: 'anything',
  events: ['Heartbeat'],
  writers: ['tests'],
  partitions: 4,
  // Long: some tests write records of long ago.
  retentionMs: 100 * 365 * 86_400_000,
  compact: false,
  compactionLagMs: 0,
  live: false,
  ...overrides,
});

/** Waits for a condition, and says what was waited for when it does not come. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end)
      throw new Error(`waited ${deadlineMs} ms for: ${what}; last notices: ${notices.slice(-3).join(' | ')}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array | null | undefined): string | null =>
  value == null ? null : new TextDecoder().decode(value);

/** Reproducible chaos: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
