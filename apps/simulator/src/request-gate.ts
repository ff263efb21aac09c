/**
 * Weighs REST requests per minute and address, as the exchange does. The seam for faults: a gate of another make can
 * refuse, ban or delay.
 */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly retryAfterSeconds: number;
}

export interface Admission {
  readonly usedWeight: number;
  readonly refusal: Refusal | undefined;
}

export interface RequestGate {
  admit(address: string, path: string, weight: number): Admission;
}

export const weightPerMinute = 2_400;
const addressesMax = 10_000;

/** Minutes are those of the simulated clock: an accelerated exchange also forgets faster. */
export function minuteGate(now: () => number, limit = weightPerMinute): RequestGate {
  const used = new Map<string, number>();
  let minute = 0;
  return {
    admit(address, _path, weight) {
      const current = Math.floor(now() / 60_000);
      if (current !== minute || used.size > addressesMax) {
        used.clear();
        minute = current;
      }
      const usedWeight = (used.get(address) ?? 0) + weight;
      used.set(address, usedWeight);
      if (usedWeight <= limit) return { usedWeight, refusal: undefined };
      const retryAfterSeconds = Math.max(1, 60 - Math.floor((now() % 60_000) / 1_000));
      const message = `Too many requests; current limit of IP(${address}) is ${limit} requests per minute.`;
      return { usedWeight, refusal: { status: 429, code: -1003, message, retryAfterSeconds } };
    },
  };
}
