import { expect, test } from 'vitest';
import type { FaultKind } from './fault-kinds.ts';
import { dealtFrom } from './fault-plan.ts';
import type { Fault } from './scene.ts';
import { seededRandom } from './seeded-random.ts';

const fault = (kind: FaultKind, weight: number, also?: FaultKind): Fault => ({
  ...{ kind, weight, ...(also && { also }) },
  inject: async () => {},
});
const lane = [fault('kill', 5), fault('network-delay', 1), fault('member-added', 1, 'member-removed')];

test.each([
  ['nothing', [], 'kill'],
  ['one of them', ['network-delay'], 'network-delay'],
  ['what another one does besides', ['member-removed'], 'member-added'],
] as const)('each comes once, then what is missing: %s', (_, missing, next) => {
  for (let seed = 1; seed <= 20; seed++) {
    const deck = dealtFrom(lane, seededRandom(seed), () => missing);
    const kinds = Array.from({ length: 4 }, () => deck.next().value.kind);
    expect(new Set(kinds.slice(0, 3)).size).toBe(3);
    expect(kinds[3]).toBe(next);
  }
});

test('what is missing for ever keeps nobody else away', () => {
  const deck = dealtFrom(lane, seededRandom(3), () => ['network-delay']);
  const kinds = Array.from({ length: 40 }, () => deck.next().value.kind);
  expect(kinds.filter((kind) => kind === 'kill').length).toBeGreaterThan(10);
  expect(kinds).toContain('member-added');
});
