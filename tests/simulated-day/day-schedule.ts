/** What happens in a day, and when: faults of the exchange in turn, and kills of collectors. A seed makes it. */
import { type Fault, type FaultKind, seededPlan } from '@screener/simulator';
import { between, seededRandom } from '../../chaos/seeded-random.ts';

const minuteMs = 60_000;
/** So long nothing goes wrong at first. */
export const peaceMsFirst = 4 * minuteMs;
/** Comparisons with REST find within this what was told wrong last. */
export const peaceMsLast = 20 * minuteMs;
/** From the last kill on every instrument is compared once more. */
const lastKillBeforeEndMs = 25 * minuteMs;
/** Long enough by the wall clock, too, for what is on its way to count as that. */
const waitSeconds = 60;
const banSeconds = 150;
const banned = 418;

export interface DayPlan {
  readonly seed: number;
  readonly durationMs: number;
  readonly faults: number;
  readonly kinds?: readonly FaultKind[];
  readonly killEveryMs: number;
  /** Whom the faults of single symbols meet. */
  readonly symbols: readonly string[];
}

export interface DaySchedule {
  readonly faults: readonly Fault[];
  readonly kills: readonly Kill[];
}

export interface Kill {
  readonly atMs: number;
  /** Nobody is there for so long. */
  readonly goneMs: number;
}

export function daySchedule({ seed, durationMs, faults, killEveryMs, symbols, kinds }: DayPlan): DaySchedule {
  const everyMs = (durationMs - peaceMsFirst - peaceMsLast) / faults;
  const plan = seededPlan({ seed, symbols, afterMs: peaceMsFirst, everyMs, count: faults, ...(kinds && { kinds }) });
  const random = seededRandom(seed);
  const kills: Kill[] = [];
  for (let hour = 0; hour * killEveryMs < durationMs; hour++) {
    const atMs = (hour + between(random, 0.2, 0.9)) * killEveryMs;
    const goneMs = between(random, 0, 2 * minuteMs);
    if (atMs < durationMs - lastKillBeforeEndMs) kills.push({ atMs, goneMs });
  }
  let limits = 0;
  return { faults: plan.map((fault) => (fault.kind === 'rate-limit' ? escalated(fault, limits++) : fault)), kills };
}

/** Time that each kind has for itself when it happens once more. */
const againEveryMs = 2 * minuteMs;

/** The same kinds once more from `fromMs` on, and to others. */
export const faultsAgain = (kinds: readonly FaultKind[], symbols: readonly string[], turn: number, fromMs: number) =>
  seededPlan({ seed: turn, symbols, afterMs: fromMs, everyMs: againEveryMs, count: kinds.length, kinds }).map(
    (fault) => (fault.kind === 'rate-limit' ? escalated(fault, turn) : fault),
  );

/** In turn somebody is asked to wait, and is banned for what others did. */
const escalated = (fault: Fault, turn: number): Fault =>
  turn % 2 === 0 ? { ...fault, httpStatus: banned, banSeconds } : { ...fault, retryAfterSeconds: waitSeconds };
