/** The real calculator on a log of its own, and what tests feed it with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculatorApp } from '@screener/calculator';
import { decodeEvent, encodeEvent, type KlineClosed } from '@screener/events';
import { type Log, type NewRecord, openLog, readTopology } from '@screener/log';
import { createLogger, createSupervisor, readSettings, type Supervisor } from '@screener/service';
import { expect } from 'vitest';
import { waitFor } from './running-screener.ts';
import { caughtUp } from './topic-contents.ts';

export const topology = readTopology(join(import.meta.dirname, '../../topology/topics.yaml'));
export const klinePartitions = topology.find(({ name }) => name === 'klines.closed')?.partitions ?? 0;

export async function startCalculator(log: Log, instance: string): Promise<Supervisor> {
  const logger = createLogger({ level: 'silent', name: 'test', json: false, write: () => undefined, now: Date.now });
  const supervisor = createSupervisor({
    context: { log, logger, settings: readSettings({}), instance, now: Date.now },
  });
  await supervisor.start(calculatorApp);
  return supervisor;
}

export const partitionsOf = ({ states }: Supervisor): number => states[0]?.numbers.partitions ?? 0;

/** Everything that was fed has become metrics and market-wide numbers. */
export const allCalculated = async (log: Log): Promise<boolean> =>
  (await caughtUp(log, 'calculator', 'klines.closed')) && (await caughtUp(log, 'market', 'market.parts'));

/** Embedded logs, each in a directory of its own. */
export function createOwnLogs() {
  const logs: Log[] = [];
  const directories: string[] = [];
  return {
    async open(): Promise<Log> {
      const directory = mkdtempSync(join(tmpdir(), 'screener-calculator-'));
      directories.push(directory);
      const log = await openLog({ directory });
      logs.push(log);
      await log.ensureTopics(topology);
      return log;
    },
    async cleanUp(): Promise<void> {
      for (const log of logs.splice(0)) await log.close();
      for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs the app until it has read everything, and stops it. */
export async function calculate(log: Log): Promise<void> {
  const supervisor = await startCalculator(log, 'test');
  await waitFor(
    () => allCalculated(log),
    60_000,
    () => JSON.stringify(supervisor.states),
  );
  await supervisor.stop();
  expect(supervisor.states.map(({ crashes }) => crashes)).toEqual([0]);
}

/** The first candle of a minute. */
export function candleIn(minute: readonly NewRecord[]): { readonly record: NewRecord; readonly candle: KlineClosed } {
  for (const record of minute) {
    const { type, event } = decodeEvent(record.value ?? new Uint8Array());
    if (type === 'KlineClosed') return { record, candle: event };
  }
  throw new Error('no candle in this minute');
}

/** The first candle of the minute was otherwise, says the exchange. */
export function correctionOf(minute: readonly NewRecord[], change: (candle: KlineClosed) => KlineClosed): NewRecord {
  const { record, candle } = candleIn(minute);
  const { source: _, instrument: __, openTime: ___, ...previous } = candle;
  const corrected = { ...change(candle), previous, reason: 'test', source: 'rest' } as const;
  return { ...record, value: encodeEvent('KlineCorrected', corrected) };
}

/** Traded a little higher than it was said. */
export const higher = (candle: KlineClosed): KlineClosed => ({ ...candle, high: candle.high * 1.01 });
