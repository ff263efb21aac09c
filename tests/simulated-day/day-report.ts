/** What came of a day: every minute compared, what is wrong named, how long repairs took. */
import { MINUTE_MS } from '@screener/market';
import { type FaultKind, faultKinds } from '@screener/simulator';
import { type AuditTotal, auditLog } from './audit-log.ts';
import { compareLedger } from './compare-ledger.ts';
import type { DayStage } from './day-stage.ts';
import { quantile, repairMsMost } from './repair-watch.ts';
import type { SimulatedDayOptions } from './simulated-day.ts';
import { minuteText, Violations } from './violations.ts';

export interface DayReport {
  /** How many of each kind had an effect. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly kills: number;
  readonly instruments: number;
  readonly candles: number;
  readonly violations: number;
  /** What is wrong, in words. */
  readonly named: readonly string[];
  /** Minutes that the streams should have told, and REST did. */
  readonly repairs: number;
  readonly repairP50Ms: number;
  readonly repairP99Ms: number;
  readonly empties: number;
  readonly emptyP99Ms: number;
  readonly corrections: number;
  readonly correctionP99Ms: number;
  readonly requests: number;
  readonly requestsDuringBan: number;
  readonly audit: AuditTotal;
  readonly simulatedHours: number;
  readonly tookSeconds: number;
  readonly seed: number;
}

export interface EndedDay {
  readonly options: SimulatedDayOptions;
  readonly stage: DayStage;
  readonly began: number;
  readonly to: number;
}

const lateNamedMax = 30;
const judgedFromHours = 6;

export async function reportDay({ options, stage, began, to }: EndedDay): Promise<DayReport> {
  const violations = new Violations();
  const { simulator, watch, crew, log, clock, startAt } = stage;
  const { ledger, faults } = simulator;
  const { directory: home, brokers, kinds = faultKinds, seed, say } = options;
  const simulatedHours = (clock.now() - startAt) / 3_600_000;
  await watch.close();
  for (const { instrument, instruments, openTime, seenAt, ms } of watch.late.slice(0, lateNamedMax)) {
    const whose = instruments === 1 ? instrument : `${instruments} instruments, one of them ${instrument},`;
    say(`late: ${minuteText(openTime)} of ${whose} at ${new Date(seenAt).toISOString().slice(11, 19)}, ${ms} ms`);
  }
  say(`comparing until ${minuteText(to)}`);
  const candles = await compareLedger(log, simulator, { from: startAt, to }, violations);
  const audit = await auditLog({ home, brokers, to: to + MINUTE_MS }, violations);
  const counts = faults.counts();
  const fired = Object.fromEntries(kinds.map((kind) => [kind, counts[kind].fired]));
  for (const kind of kinds) {
    if (counts[kind].fired === 0)
      violations.add(`fault ${kind}`, 'to happen', `${counts[kind].started} without effect`);
  }
  const { requests, requestsDuringBan, requestsBeforeRetry } = ledger;
  if (requestsDuringBan > 0) violations.add('requests', 'none during a ban', String(requestsDuringBan));
  if (requestsBeforeRetry > 0) violations.add('requests', 'none before Retry-After', String(requestsBeforeRetry));
  const repairP99Ms = quantile(watch.repairs, 0.99);
  // How long repairs take on a busy machine proves nothing in a short run.
  if (brokers.length === 0 && simulatedHours >= judgedFromHours && repairP99Ms > repairMsMost) {
    violations.add('repairs', `p99 at most ${repairMsMost} ms`, `${repairP99Ms} ms`);
  }
  return {
    faults: fired,
    kills: crew.kills,
    instruments: watch.instruments,
    candles,
    violations: violations.count,
    named: violations.named,
    repairs: watch.repairs.length,
    repairP50Ms: quantile(watch.repairs, 0.5),
    repairP99Ms,
    empties: watch.empties.length,
    emptyP99Ms: quantile(watch.empties, 0.99),
    corrections: watch.corrections.length,
    correctionP99Ms: quantile(watch.corrections, 0.99),
    ...{ requests, requestsDuringBan, audit, simulatedHours, seed },
    tookSeconds: Math.round((performance.now() - began) / 1_000),
  };
}
