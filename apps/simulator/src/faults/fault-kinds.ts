/** While one of these lasts, REST refuses, says nothing, or does not say the truth. */
export const restFaultKinds = [
  'rate-limit',
  'rest-html',
  'rest-error',
  'rest-timeout',
  'rest-malformed',
  'rest-absurd',
  'rest-behind',
] as const;

/** Everything that can go wrong, by name. */
export const faultKinds = [
  'connection-cut',
  'connection-lifetime',
  'missed-pong',
  'silent-connection',
  'silent-subscription',
  'silent-stream',
  'server-shutdown',
  'half-open',
  'refused-connections',
  'late-final',
  'missing-final',
  'duplicate-frames',
  'out-of-order',
  'wrong-final',
  'malformed-frames',
  'absurd-numbers',
  'merged-markets',
  'clock-skew',
  ...restFaultKinds,
  'corrected-bar',
  'listing',
  'delisting',
  'halt',
  'unknown-status',
] as const;
export type FaultKind = (typeof faultKinds)[number];
