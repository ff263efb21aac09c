/** One run: start, feed and break, mend, settle, verify. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaClientName, Log } from '@screener/log';
import { type FaultKind, FaultLedger } from './fault-kinds.ts';
import { carryOut, planFor } from './fault-plan.ts';
import { type Append, Feeder } from './feeder.ts';
import { type Ground, openEmbeddedGround, openKafkaGround } from './ground.ts';
import { cameTrue, type Scene } from './scene.ts';
import { seededRandom } from './seeded-random.ts';
import { settle } from './settle.ts';
import { verify } from './verify/verify.ts';
import { type Violation, ViolationList } from './violations.ts';
import { Workers } from './workers.ts';
import { comparedTopics, partitionsOfAll, type Workload } from './workload/workload.ts';
import { createWorkload, type WorkloadChoice } from './workload/workloads.ts';

export interface ChaosOptions {
  readonly workload: WorkloadChoice;
  readonly seed: number;
  readonly durationMs: number;
  readonly engine: 'embedded' | 'kafka';
  /** Ignored when embedded. */
  readonly brokers: 1 | 3;
  /** Goes on beyond the duration until every planned kind has fired, and this one so often, but no longer than this. */
  readonly until?: { readonly kind: FaultKind; readonly count: number; readonly withinMs: number };
  /** Default: true. */
  readonly brokerFaults?: boolean;
  /** For KAFKA_CLIENT of the workers; default: theirs. */
  readonly client?: KafkaClientName;
  readonly say: (text: string) => void;
  /** Now and then while faults happen. */
  readonly progress?: (progress: ChaosProgress) => void;
  /** Ends the run at once; it is then no result. */
  readonly interrupt?: AbortSignal;
}

export interface ChaosProgress {
  readonly elapsedMs: number;
  readonly fedMinutes: number;
  readonly faults: number;
  readonly violations: number;
  readonly livePartitions: number;
}

export interface ChaosReport {
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: number;
  /** Of input and outputs, each compared. */
  readonly events: number;
  readonly seed: number;
  /** Faults that found nothing to break: not counted above. */
  readonly inVain: Readonly<Record<string, number>>;
  /** Of the kills: how often one met an owner of partitions, by group. */
  readonly killed: Readonly<Record<string, number>>;
  /** Planned kinds of fault that never fired. */
  readonly missing: readonly string[];
  /** Workers that ended with an error of the table and were started anew, by error. */
  readonly restarts: Readonly<Record<string, number>>;
  readonly entriesAcknowledged: number;
  readonly entriesUnknown: number;
  readonly slowestAppendMs: number;
  /** From the last fault to the last event processed. */
  readonly settledMs: number;
  readonly shown: readonly Violation[];
}

const workersWanted = 4;
const startWithinMs = 60_000;
const progressEveryMs = 1_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, engine, brokers, say } = options;
  const directory = mkdtempSync(join(tmpdir(), 'screener-chaos-'));
  const workload = await createWorkload(options.workload);
  const { stages } = workload;
  const partitions = partitionsOfAll(workload);
  const plan = planFor({
    engine,
    brokers,
    sides: workload.sideChanges !== undefined,
    brokerFaults: options.brokerFaults ?? true,
  });
  const ledger = new FaultLedger(plan.kinds);
  const violations = new ViolationList();
  const restarts = new Map<string, number>();
  const env = options.client === undefined ? {} : { KAFKA_CLIENT: options.client };
  let ground: Ground | undefined;
  let workers: Workers | undefined;
  let log: Log | undefined;
  try {
    ground =
      engine === 'kafka'
        ? await openKafkaGround({ directory, brokers, client: options.client ?? 'platformatic', notify: say })
        : await openEmbeddedGround(directory);
    await createTopics(ground, workload);
    const place = ground;
    const wanted = engine === 'kafka' ? workersWanted : 1;
    workers = new Workers({
      wanted,
      settingsOf: (number) => ({ ...place.settingsOf(number), workload: options.workload.name }),
      env,
      ended: (worker, explained, text) => {
        say(`${worker.name} ended by itself: ${text}`);
        if (!explained) violations.add('crashed', `${worker.name}: ${text}`);
        const reason = explained ? (text.split(':')[0] ?? '') : 'unexplained';
        restarts.set(reason, (restarts.get(reason) ?? 0) + 1);
      },
    });
    // Half of them under names: a successor of the same name gets the partitions at once, the others' after a session.
    for (let count = 0; count < wanted; count += 1) workers.start(count % 2 === 0 ? `chaos-${count}` : undefined);
    const all = workers;
    const livePartitions = (): number => all.all.reduce((sum, { liveCount }) => sum + liveCount, 0);
    if (!(await cameTrue(() => livePartitions() >= partitions, startWithinMs, options.interrupt)))
      throw new Error(`workers did not start: ${all.all.flatMap(({ notices }) => notices.slice(-3)).join(' | ')}`);
    say(`${wanted} workers share ${partitions} partitions of ${stages.length} groups`);

    const feeder = new Feeder({
      seed,
      workload,
      append: ground.append ?? appendByWorker(workers),
      ledger,
    });
    const faultsOver = new AbortController();
    const stop = AbortSignal.any([faultsOver.signal, ...(options.interrupt ? [options.interrupt] : [])]);
    const scene: Scene = {
      workers,
      nodes: ground.nodes,
      zones: ground.zones,
      topics: comparedTopics(workload),
      ledger,
      violations,
      random: seededRandom(seed),
      stop,
      say,
    };
    const begun = performance.now();
    const feedingOver = new AbortController();
    const feeding = feeder.run(
      AbortSignal.any([feedingOver.signal, ...(options.interrupt ? [options.interrupt] : [])]),
    );
    const { durationMs, until } = options;
    const enough = (elapsedMs: number): boolean =>
      elapsedMs >= durationMs &&
      (until === undefined ||
        elapsedMs >= until.withinMs ||
        (ledger.missing().length === 0 && ledger.count(until.kind) >= until.count));
    const ticks = setInterval(() => {
      if (enough(performance.now() - begun)) faultsOver.abort();
      options.progress?.({
        elapsedMs: performance.now() - begun,
        fedMinutes: feeder.minutes,
        faults: ledger.total,
        violations: violations.count,
        livePartitions: livePartitions(),
      });
    }, progressEveryMs);
    try {
      await carryOut(plan, scene);
    } finally {
      clearInterval(ticks);
      feedingOver.abort();
      await feeding;
    }
    options.interrupt?.throwIfAborted();

    const mended = performance.now();
    log = await ground.open('beside');
    const live = await settle({ log, workers, stages, feeder, violations, say });
    const settledMs = performance.now() - mended;
    if (!(await workers.closeAll())) violations.add('crashed', 'a worker did not leave when all was settled');
    await log.close();
    log = await ground.open('afterwards');
    const events = await verify({ log, brokers: ground.brokers, workload, fed: feeder, live, violations, say });
    return {
      faults: ledger.counts(),
      violations: violations.count,
      events,
      seed,
      inVain: ledger.inVain(),
      killed: ledger.killed(),
      missing: ledger.missing(),
      restarts: Object.fromEntries(restarts),
      entriesAcknowledged: feeder.acknowledged.length,
      entriesUnknown: feeder.unknown.size,
      slowestAppendMs: Math.round(feeder.slowestMs),
      settledMs: Math.round(settledMs),
      shown: violations.shown,
    };
  } finally {
    await workers?.endAll();
    await log?.close().catch(() => {});
    await ground?.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function createTopics(ground: Ground, { topology }: Workload): Promise<void> {
  const log = await ground.open('afterwards');
  await log.ensureTopics(topology);
  await log.close();
}

/** The embedded engine has one process that writes: whichever of them lives now. */
const appendByWorker =
  (workers: Workers): Append =>
  async (records) => {
    await cameTrue(() => workers.busy.length > 0, startWithinMs);
    return (await workers.busy[0]?.append(records)) ?? 'unknown';
  };
