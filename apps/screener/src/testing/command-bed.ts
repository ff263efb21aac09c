/** A small embedded log of a test's own, and the command line run on it as people run it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { encodeEvent, type KlineClosed } from '@screener/events';
import { type Log, type NewRecord, openLog } from '@screener/log';
import type { Environment } from '@screener/service';
import { readProjectTopology } from '../open-project-log.ts';
import { runCommand } from '../run-command.ts';

export const MINUTE_MS = 60_000;
export const START = Date.UTC(2026, 0, 5);
export const KEYS = ['test:usdm:AAA', 'test:usdm:BBB'] as const;

export interface CommandBed {
  readonly home: string;
  /** Of the process that writes: commands run beside it. */
  log: Log;
  /** The log again, without anything in it. */
  empty(): Promise<void>;
  screener(...args: readonly string[]): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly code: number;
  readonly lines: readonly string[];
  readonly error: string;
  readonly bytes: Buffer;
}

/** `kept`: records of the tests are of a day long ago, and on a slow machine retention would find them before the test is over. */
export async function openCommandBed(
  environment: Environment = {},
  { kept = 'for ever' }: { readonly kept?: 'for ever' | 'as shipped' } = {},
): Promise<CommandBed> {
  const home = mkdtempSync(join(tmpdir(), 'screener-commands-'));
  const directory = join(home, 'demo');
  const log = await openLog({ directory });
  const topology = readProjectTopology();
  await log.ensureTopics(
    kept === 'as shipped' ? topology : topology.map((topic) => ({ ...topic, retentionMs: undefined })),
  );
  const bed: CommandBed = {
    home,
    log,
    async empty() {
      await bed.log.close();
      rmSync(directory, { recursive: true });
      bed.log = await openLog({ directory });
    },
    screener: (...args) => screener({ ...environment, SCREENER_HOME: home }, args),
    async close() {
      await bed.log.close();
      rmSync(home, { recursive: true });
    },
  };
  return bed;
}

class Collected extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

async function screener(environment: Environment, args: readonly string[]): Promise<Answer> {
  const stdout = new Collected();
  const stderr = new Collected();
  const code = await runCommand(args, { stdout, stderr, environment, signal: new AbortController().signal });
  const lines = stdout.text.split('\n').filter((line) => line !== '');
  return { code, lines, error: stderr.text, bytes: Buffer.concat(stdout.chunks) };
}

/** The fields of any answer that these tests compute with; others are compared. */
export interface Row {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly timestamp: string;
  readonly event: { readonly openTime: number };
  readonly lag: number;
  readonly ageMs: number;
  readonly undecodable: string;
  readonly partitions: readonly object[];
}
export const parsed = (lines: readonly string[]): Row[] => lines.map((line) => JSON.parse(line) as Row);

export const candle = (instrument: string, minute: number): KlineClosed => ({
  ...{ instrument, openTime: START + minute * MINUTE_MS, source: 'stream' },
  ...{ open: 10, high: 12.5, low: 9, close: 11, volume: 2, quoteVolume: 22, trades: 3 },
  ...{ takerBuyVolume: 1, takerBuyQuoteVolume: 11 },
});

export const candleRecord = (instrument: string, minute: number): NewRecord => ({
  topic: 'klines.closed',
  key: instrument,
  timestamp: START + minute * MINUTE_MS + 59_999,
  value: encodeEvent('KlineClosed', candle(instrument, minute)),
});

export async function writeMinutes(log: Log, count: number): Promise<void> {
  const minutes = Array.from({ length: count }, (_, minute) => minute);
  const records = minutes.flatMap((minute) => [
    ...KEYS.map((key) => candleRecord(key, minute)),
    {
      ...{ topic: 'klines.closed', key: null, partition: 0, timestamp: START + minute * MINUTE_MS + 59_999 },
      value: encodeEvent('MinuteClosed', { openTime: START + minute * MINUTE_MS, missing: [] }),
    },
  ]);
  await log.writer().append(records);
}

export const time = (minute: number): string => new Date(START + minute * MINUTE_MS).toISOString();
