/** The workloads by name. */
import { calculator, calculatorWorkload } from './calculator-workload.ts';
import { tallyWorkload } from './tally-workload.ts';
import type { Victim, Workload } from './workload.ts';

export type WorkloadChoice = { readonly name: 'tally' } | { readonly name: 'calculator'; readonly instruments: number };
export type WorkloadName = WorkloadChoice['name'];

export const victimOf = (name: WorkloadName): Victim => (name === 'tally' ? tallyWorkload : calculator);

export const createWorkload = async (choice: WorkloadChoice): Promise<Workload> =>
  choice.name === 'tally' ? tallyWorkload : calculatorWorkload(choice.instruments);
