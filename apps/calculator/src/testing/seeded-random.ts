export type Random = () => number;

/** The same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed * 7_919 + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
