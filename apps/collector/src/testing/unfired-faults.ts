/** A test in which a fault met nobody shows nothing: such faults happen again, to whoever lives by then. */
import { type FaultKind, type Simulator, seededPlan } from '@screener/simulator';
import { expect, vi } from 'vitest';

const minuteMs = 60_000;
const roundsMax = 30;
/** Of many at the same time one hides the others. */
const atOnceMax = 3;
const eachRoundMs = 6 * minuteMs;
const waiting = { timeout: 60_000, interval: 20 };

export const unfiredOf = ({ faults }: Simulator, kinds: readonly FaultKind[]): readonly FaultKind[] => {
  const counts = faults.counts();
  return kinds.filter((kind) => counts[kind].fired === 0);
};

export const untilSimulated = (simulator: Simulator, time: number): Promise<void> =>
  vi.waitFor(() => expect(simulator.now()).toBeGreaterThan(time), waiting);

export async function fireTheRest(
  simulator: Simulator,
  kinds: readonly FaultKind[],
  symbols: readonly string[],
): Promise<void> {
  for (let round = 0; round < roundsMax && unfiredOf(simulator, kinds).length > 0; round++) {
    const unfired = unfiredOf(simulator, kinds).slice(0, atOnceMax);
    const traded = symbols.filter((symbol) => !simulator.ledger.delistings.some((one) => one.symbol === symbol));
    const plan = { seed: round, symbols: traded, afterMs: 0, everyMs: minuteMs, count: unfired.length, kinds: unfired };
    for (const { atMs: _, ...fault } of seededPlan(plan)) simulator.faults.inject(fault);
    // So that candles are asked for; what is wrong with a final frame needs one.
    if (round % 2 === 0) simulator.faults.inject({ kind: 'missing-final' });
    await untilSimulated(simulator, simulator.now() + eachRoundMs);
  }
}
