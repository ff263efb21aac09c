import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../testing/seeded-random.ts';
import { clusteredShare } from './alert-clusters.ts';

const alertsOf = (text: string) =>
  text.split(' ').map((each) => ({ instrument: each[0] ?? '', openTime: Number(each.slice(1)) }));

describe('clusters of alerts', () => {
  it('are alerts with one of another instrument near them', () => {
    expect(clusteredShare([], 5)).toBe(0);
    expect(clusteredShare(alertsOf('A0 A1 A2'), 5)).toBe(0);
    expect(clusteredShare(alertsOf('A0 B5 A11 B30'), 5)).toBe(0.5);
    expect(clusteredShare(alertsOf('A0 B3 B4 B5 B9'), 5)).toBe(0.8);
    expect(clusteredShare(alertsOf('A7 B7'), 0)).toBe(1);
  });

  it('are what comparing all pairs finds', () => {
    const random = new SeededRandom(29);
    for (let round = 0; round < 300; round++) {
      const alerts = Array.from({ length: random.below(20) }, () => ({
        instrument: random.pick(['A', 'B', 'C']),
        openTime: random.below(80),
      })).sort((one, two) => one.openTime - two.openTime);
      const within = random.below(8);
      const near = alerts.filter((one) =>
        alerts.some((two) => two.instrument !== one.instrument && Math.abs(two.openTime - one.openTime) <= within),
      );
      expect(clusteredShare(alerts, within)).toBe(alerts.length === 0 ? 0 : near.length / alerts.length);
    }
  });
});
