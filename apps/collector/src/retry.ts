/** How long to wait after the n-th failure in a row. */
const retryMsFirst = 1_000;
const retryMsMax = 60_000;

export const retryMs = (failures: number, random: () => number): number =>
  Math.min(retryMsMax, retryMsFirst * 2 ** Math.min(failures - 1, 10)) * (0.5 + random() / 2);
