import { expect, test, vi } from 'vitest';
import type { AssignmentListener, Engine } from '../engine.ts';
import { startMember } from './member.ts';

/** A group that says what the test wants, and lives that end when the test lets them. */
async function setUp() {
  const listeners: AssignmentListener[] = [];
  const engine = {
    join: async (_group: string, _topic: string, listener: AssignmentListener) => {
      listeners.push(listener);
      return { leave: async () => {} };
    },
  } as unknown as Engine;
  const lives: { stop: AbortSignal; end(): void }[] = [];
  const member = await startMember({
    engine,
    group: 'g',
    input: 't',
    notify: () => {},
    watched: false,
    run: (_partition, life) => {
      life.live();
      return new Promise((resolve) => lives.push({ stop: life.stop, end: resolve }));
    },
  });
  const [listener] = listeners;
  if (listener === undefined) throw new Error('it did not join');
  return { listener, lives, member };
}

test('a partition that is given back before it was settled begins anew when it is', async () => {
  const { listener, lives, member } = await setUp();
  listener.assigned([0]);
  await vi.waitFor(() => expect(lives).toHaveLength(1));
  const revoked = listener.revoked([0]);
  expect(lives[0]?.stop.aborted).toBe(true);
  // The group did not wait.
  listener.assigned([0]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(lives).toHaveLength(1);
  lives[0]?.end();
  await revoked;
  await vi.waitFor(() => expect(lives).toHaveLength(2));
  expect(member.partitions()).toEqual([0]);
  expect(lives[1]?.stop.aborted).toBe(false);
  // And it is the new one that is given up next.
  const again = listener.revoked([0]);
  expect(lives[1]?.stop.aborted).toBe(true);
  lives[1]?.end();
  await again;
  expect(member.partitions()).toEqual([]);
  await member.close();
  expect(lives).toHaveLength(2);
});

test('a partition that is taken again before the earlier life ended does not begin at all', async () => {
  const { listener, lives, member } = await setUp();
  listener.assigned([0]);
  await vi.waitFor(() => expect(lives).toHaveLength(1));
  const first = listener.revoked([0]);
  listener.assigned([0]);
  const second = listener.revoked([0]);
  lives[0]?.end();
  await Promise.all([first, second]);
  await member.close();
  expect(lives).toHaveLength(1);
});

test('a partition that is told twice begins once', async () => {
  const { listener, lives, member } = await setUp();
  listener.assigned([0]);
  listener.assigned([0]);
  await vi.waitFor(() => expect(lives).toHaveLength(1));
  const closed = member.close();
  await vi.waitFor(() => expect(lives[0]?.stop.aborted).toBe(true));
  lives[0]?.end();
  await closed;
  expect(lives).toHaveLength(1);
});
