/** What a backfill will take, and what came of it, for people and for machines. */
import { type CommandIo, writeLine } from '../command.ts';
import { durationText, grouped, isoTime } from '../text-table.ts';
import type { BackfillCost } from './plan-jobs.ts';
import { type BackfillOutcome, isWhole } from './run-backfill.ts';

export async function printCost(io: CommandIo, cost: BackfillCost, json: boolean): Promise<void> {
  if (json) return writeLine(io.stdout, JSON.stringify({ plan: cost }));
  const { instruments, minutes, present, requests, weight, takesMs } = cost;
  const there = present > 0 ? `, ${grouped(present)} more are there already` : '';
  const takes = minutes === 0 ? 'nothing to fetch' : `about ${durationText(takesMs)} by the exchange's limits`;
  const lines = [
    `${grouped(instruments)} ${instruments === 1 ? 'instrument' : 'instruments'}, ${grouped(minutes)} minutes to fetch${there}`,
    `${grouped(requests)} requests of weight ${grouped(weight)} together: ${takes}`,
  ];
  for (const line of minutes === 0 ? lines.slice(0, 1) : lines) await writeLine(io.stdout, line);
}

export async function printOutcome(io: CommandIo, outcome: BackfillOutcome, json: boolean): Promise<void> {
  const { jobs, tookMs, stopped } = outcome;
  const sum = { candles: 0, synthetic: 0, gaps: 0 };
  for (const { outcome: one } of jobs) {
    sum.candles += one.candles;
    sum.synthetic += one.synthetic;
    sum.gaps += one.gaps;
  }
  if (json) {
    for (const { instrument, asked, outcome: one } of jobs) {
      const range = { from: isoTime(asked.from), to: isoTime(asked.to) };
      await writeLine(io.stdout, JSON.stringify({ instrument, ...range, ...one, failure: one.failure ?? null }));
    }
    const total = { complete: isWhole(outcome), instruments: jobs.length, ...sum, tookMs: Math.round(tookMs) };
    return writeLine(io.stdout, JSON.stringify({ total }));
  }
  const rate = grouped(Math.round(((sum.candles + sum.synthetic) * 1_000) / tookMs));
  const gaps = sum.gaps > 0 ? `, ${grouped(sum.gaps)} gaps` : '';
  const flat = sum.synthetic > 0 ? `, ${grouped(sum.synthetic)} flat ones of minutes without trades` : '';
  await writeLine(
    io.stdout,
    `${grouped(sum.candles)} candles${flat}${gaps} in ${durationText(tookMs)}, ${rate} a second`,
  );
  for (const { instrument, outcome: one } of jobs) {
    if (one.failure !== undefined && !stopped) await writeLine(io.stdout, `${instrument}: ${one.failure}`);
  }
  if (!isWhole(outcome)) await writeLine(io.stdout, 'not complete: the same command goes on from here');
}
