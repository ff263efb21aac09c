/** The workloads by name. */
import { alerter, alerterWorkload } from './alerter-workload.ts';
import { calculator, calculatorWorkload } from './calculator-workload.ts';
import { tallyWorkload } from './tally-workload.ts';
import type { Victim, Workload } from './workload.ts';

export type WorkloadChoice =
  | { readonly name: 'tally' }
  | { readonly name: 'calculator' | 'alerter'; readonly instruments: number };
export type WorkloadName = WorkloadChoice['name'];

const victims: Readonly<Record<WorkloadName, Victim>> = { tally: tallyWorkload, calculator, alerter };

export const victimOf = (name: WorkloadName): Victim => victims[name];

export async function createWorkload(choice: WorkloadChoice): Promise<Workload> {
  switch (choice.name) {
    case 'tally':
      return tallyWorkload;
    case 'calculator':
      return calculatorWorkload(choice.instruments);
    case 'alerter':
      return alerterWorkload(choice.instruments);
  }
}
