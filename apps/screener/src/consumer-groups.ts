/** The consumer groups of the product and what each reads: what `screener lag` shows. A test compares it with the apps. */
export interface ConsumerGroup {
  readonly group: string;
  readonly topic: string;
}

export const consumerGroups: readonly ConsumerGroup[] = [
  { group: 'calculator', topic: 'klines.closed' },
  { group: 'market', topic: 'market.parts' },
  { group: 'alerter', topic: 'metrics.closed' },
  { group: 'sink.klines', topic: 'klines.closed' },
  { group: 'sink.history', topic: 'klines.history' },
  { group: 'sink.alerts', topic: 'alerts' },
];
