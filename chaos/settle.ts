/** After the last fault: everything that was fed has to come through, and the newest rules have to come into force. */
import { reasonOf } from '@screener/errors';
import type { Log } from '@screener/log';
import type { Feeder } from './feeder.ts';
import type { StageStates } from './messages.ts';
import { cameTrue } from './scene.ts';
import type { ViolationList } from './violations.ts';
import type { Workers } from './workers.ts';
import { rulesCount, stages } from './workload/names.ts';

export interface SettleOptions {
  readonly log: Log;
  readonly workers: Workers;
  readonly partitions: number;
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
  const { workers, feeder, violations, say } = options;
  for (let missing = workers.wanted - workers.all.length; missing > 0; missing -= 1) workers.start();
  if (!(await allProcessed(options))) return workers.states();
  say('all that was fed is processed; now the last changes of rules');
  for (let rule = 0; rule < rulesCount; rule += 1) await feeder.changeRule(rule);
  const inForce = async (): Promise<boolean> => {
    await feeder.feedMinute();
    if (!(await allProcessed(options))) return true;
    const known = (await workers.states()).flatMap((states) =>
      stages.flatMap(({ name }) => Object.values(states[name])),
    );
    return known.every(({ rules }) => rules.every((version, rule) => version >= (feeder.ruleVersions[rule] ?? 0)));
  };
  if (!(await cameTrue(inForce, rulesWithinMs)))
    violations.add('side', `rules are at ${feeder.ruleVersions}, but not in force everywhere`);
  return workers.states();
}

async function allProcessed({ log, workers, partitions, violations }: SettleOptions): Promise<boolean> {
  let problem = '';
  const processed = async (): Promise<boolean> => {
    try {
      for (const { group, input, name } of stages) {
        const owned = workers.all.reduce((sum, worker) => sum + worker.live[name].length, 0);
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
