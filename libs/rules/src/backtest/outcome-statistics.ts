/** What a number of trades came to. */
export interface OutcomeStatistics {
  /** Mean gain in percent. */
  readonly mean: number;
  readonly median: number;
  /** Share of the trades that gained, 0 to 1. */
  readonly hitRate: number;
  /** The worst that any of them looked like on the way, in percent; 0 or less. */
  readonly worstDrawdown: number;
}

/** Of at least one trade. Sorts `returns`. */
export function outcomeStatistics(returns: Float64Array, drawdowns: Float64Array): OutcomeStatistics {
  const count = returns.length;
  let [sum, hits, worst] = [0, 0, 0];
  for (let index = 0; index < count; index++) {
    const gained = returns[index] as number;
    sum += gained;
    if (gained > 0) hits++;
    worst = Math.min(worst, drawdowns[index] as number);
  }
  returns.sort();
  const middle = count >> 1;
  const upper = returns[middle] as number;
  const median = count % 2 === 1 ? upper : ((returns[middle - 1] as number) + upper) / 2;
  return { mean: sum / count, median, hitRate: hits / count, worstDrawdown: worst };
}
