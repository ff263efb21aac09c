/** What a day is played on: a log, a simulated exchange, collectors, and somebody who watches. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, openLog, readTopology } from '@screener/log';
import { type Simulator, startSimulator } from '@screener/simulator';
import { CollectorCrew } from './collector-crew.ts';
import { DayClock } from './day-clock.ts';
import { type DaySchedule, daySchedule } from './day-schedule.ts';
import { Reachability } from './reachability.ts';
import { RepairWatch } from './repair-watch.ts';
import type { SimulatedDayOptions } from './simulated-day.ts';

export interface DayStage {
  readonly clock: DayClock;
  /** Simulated time begins here, with a full hour. */
  readonly startAt: number;
  readonly simulator: Simulator;
  readonly schedule: DaySchedule;
  /** Instruments that are traded all the time, so that faults meet something. */
  readonly lively: readonly string[];
  readonly log: Log;
  readonly watch: RepairWatch;
  readonly crew: CollectorCrew;
  close(): Promise<void>;
}

const hourMs = 3_600_000;
/** What is kept expires by the wall clock: the day ends in the past, but not long ago. */
const endsBeforeNowMs = 6 * hourMs;
const frameEveryMs = 10_000;
/** Wall clock. */
const advanceEveryMs = 10;
const topologyFile = join(import.meta.dirname, '../../topology/topics.yaml');

export async function openStage(options: SimulatedDayOptions): Promise<DayStage> {
  const { directory: home, brokers, seed, instruments, speed, durationMs, say } = options;
  // Where `screener audit --demo` looks for it.
  const directory = join(home, 'demo');
  mkdirSync(directory, { recursive: true });
  const startAt = Math.floor((Date.now() - durationMs - endsBeforeNowMs) / hourMs) * hourMs;
  const wall = Date.now();
  const clock = new DayClock({ wallFrom: wall, wallTo: wall, simulatedFrom: startAt, speed: 1 });
  const closes: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closes.splice(0).reverse()) await one();
  };
  try {
    const kafka = brokers.length > 0;
    const making = await openLog({ directory, ...(kafka && { brokers }) });
    await making.ensureTopics(readTopology(topologyFile)).finally(() => making.close());

    const simulated = {
      port: 0,
      host: '127.0.0.1',
      seed,
      instruments,
      speed: 1,
      startAt,
      frameEveryMs,
      advanceEveryMs,
    };
    const simulator = await startSimulator({
      ...simulated,
      simulatedNow: clock.now,
      patience: 'simulated',
      now: Date.now,
      notify: say,
    });
    closes.push(() => simulator.stop());
    const { ledger, faults } = simulator;
    const lively = simulator.symbols.filter((symbol) => ledger.traded(symbol, startAt));
    const schedule = daySchedule({ ...options, symbols: lively });
    for (const fault of schedule.faults) faults.inject(fault);

    const log = await openLog(kafka ? { directory: '', brokers } : { directory, mode: 'read' });
    closes.push(() => log.close());
    const reachability = new Reachability(faults);
    const watch = new RepairWatch({ log, ledger, reachability, now: clock.now });
    closes.push(() => watch.close());
    const { restBase, wsBase } = simulator;
    const { primeMinutes, primeBars } = options;
    const partitions = (await log.offsets('instruments')).length;
    const crew = new CollectorCrew({
      settings: { restBase, wsBase, directory, brokers, speedMost: speed, primeMinutes, primeBars },
      ...{ clock, reachability, seed, partitions },
    });
    closes.push(() => crew.close());
    return { clock, startAt, simulator, schedule, lively, log, watch, crew, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
