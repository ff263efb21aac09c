/** Records a second of processor time, from the outside: what a group has committed, and what its process has used. */
import type { Outcome } from '../framework/rounds.ts';
import { untilProcessed } from './until-processed.ts';

export interface WorkSize {
  /** Records, evenly over the minutes. */
  readonly total: number;
  readonly minutes: number;
  /** The minutes before are not counted. */
  readonly from: number;
}

export interface MeasuredProcess {
  readonly processed: () => Promise<number>;
  readonly cpuUs: () => Promise<number>;
}

export async function cpuRate({ total, minutes, from }: WorkSize, process: MeasuredProcess): Promise<Outcome> {
  const first = await at((total * from) / minutes, process);
  const last = await at(total, process);
  const rate = ((last.records - first.records) * 1e6) / (last.cpuUs - first.cpuUs);
  // Whether the outputs are right was looked at in each of them.
  return { figures: { rate }, output: 'done' };
}

async function at(wanted: number, { processed, cpuUs }: MeasuredProcess) {
  const records = await untilProcessed(wanted, processed);
  return { records, cpuUs: await cpuUs() };
}
