/** After the last fault: everything that was fed has to come through, and the newest rules have to come into force. */
import { reasonOf } from '@screener/errors';
import type { Log } from '@screener/log';
import type { Feeder } from './feeder.ts';
import type { StageStates } from './messages.ts';
import { cameTrue } from './scene.ts';
import type { ViolationList } from './violations.ts';
import type { Workers } from './workers.ts';
import type { Stage } from './workload/workload.ts';

export interface SettleOptions {
  readonly log: Log;
  readonly workers: Workers;
  readonly stages: readonly Stage[];
  readonly feeder: Feeder;
  readonly violations: ViolationList;
  readonly say: (text: string) => void;
}

/** Sessions, transactions and back-offs run out within this; what still stands then stands for ever. */
const settleWithinMs = 90_000;
/** A rule is visible within a second and in force from the next minute: generous for a busy machine. */
const rulesWithinMs = 15_000;

/** Returns what the workers have in memory at the end. */
export async function settle(options: SettleOptions): Promise<readonly StageStates[]> {
  const { workers, feeder, stages, violations, say } = options;
  for (let missing = workers.wanted - workers.all.length; missing > 0; missing -= 1) workers.start();
  if (!(await allProcessed(options))) return workers.states();
  if (feeder.ruleVersions.length === 0) return workers.states();
  say('all that was fed is processed; now the last changes of rules');
  await feeder.changeAllRules();
  const inForce = async (): Promise<boolean> => {
    await feeder.feedMinute();
    if (!(await allProcessed(options))) return true;
    const known = (await workers.states()).flatMap((states) =>
      stages.flatMap(({ definition: { group } }) => Object.values(states[group] ?? {})),
    );
    return known.every(({ rules }) => rules.every((version, rule) => version >= (feeder.ruleVersions[rule] ?? 0)));
  };
  if (!(await cameTrue(inForce, rulesWithinMs)))
    violations.add('side', `rules are at ${feeder.ruleVersions}, but not in force everywhere`);
  return workers.states();
}

async function allProcessed({ log, workers, stages, violations }: SettleOptions): Promise<boolean> {
  let problem = '';
  const processed = async (): Promise<boolean> => {
    try {
      for (const { definition, partitions } of stages) {
        const { group, input } = definition;
        const owned = workers.all.reduce((sum, worker) => sum + (worker.live[group] ?? []).length, 0);
        const lag = await log.lag(group, input);
        problem = `${group} owns ${owned} of ${partitions}, lag ${lag.map((place) => place.lag)}`;
        if (owned !== partitions || lag.some((place) => place.lag > 0)) return false;
      }
      return true;
    } catch (cause) {
      problem = reasonOf(cause);
      return false;
    }
  };
  if (await cameTrue(processed, settleWithinMs)) return true;
  const said = workers.all.map(
    ({ name, live, notices }) => `${name} ${JSON.stringify(live)} ${notices.slice(-4).join(' / ')}`,
  );
  violations.add('stalled', `${problem}; ${said.join(' | ')}`);
  return false;
}
