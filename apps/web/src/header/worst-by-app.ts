import type { AppHealth } from '../model.ts';

export type Condition = 'running' | 'starting' | 'stopping' | 'degraded' | 'silent' | 'unknown';

export interface AppSummary {
  readonly app: string;
  readonly condition: Condition;
  readonly text: string;
}

/** Always shown, in the order that a price takes through them. */
const PIPELINE = ['collector', 'calculator', 'alerter', 'sink', 'gateway'] as const;

const BADNESS: Readonly<Record<Condition, number>> = {
  running: 0,
  starting: 1,
  stopping: 2,
  degraded: 3,
  silent: 4,
  unknown: 5,
};

function conditionOf({ stale, status }: AppHealth): Condition {
  return stale ? 'silent' : status;
}

/**
 * One dot per app: the condition of its worst instance. Others than the pipeline's five are shown when they speak.
 * Without a line to the gateway nothing is known, and old news must not look like new.
 */
export function worstByApp(apps: readonly AppHealth[], known: boolean): readonly AppSummary[] {
  const others = apps.map(({ app }) => app).filter((app) => !PIPELINE.some((each) => each === app));
  return [...PIPELINE, ...new Set(others)].map((app) => {
    if (!known) return { app, condition: 'unknown', text: 'No word from the gateway.' };
    const instances = apps.filter((each) => each.app === app);
    const worst = instances.toSorted((a, b) => BADNESS[conditionOf(b)] - BADNESS[conditionOf(a)])[0];
    if (worst === undefined) return { app, condition: 'unknown', text: 'Has not reported yet.' };
    const several = instances.length > 1 ? `${instances.length} instances, the worst: ` : '';
    const silent = worst.stale ? 'No heartbeat for more than 5 s. Last: ' : '';
    return { app, condition: conditionOf(worst), text: `${several}${silent}${worst.text}` };
  });
}
