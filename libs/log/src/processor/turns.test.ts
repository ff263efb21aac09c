import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('steps never overlap and keep their order', async () => {
  const turns = new Turns();
  const story: string[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const taken = gates.map((gate, step) =>
    turns.take(async () => {
      story.push(`${step} begins`);
      await gate.promise;
      story.push(`${step} ends`);
      return step;
    }),
  );
  gates[1]?.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(story).toEqual(['0 begins']);
  gates[0]?.resolve();
  expect(await Promise.all(taken)).toEqual([0, 1]);
  expect(story).toEqual(['0 begins', '0 ends', '1 begins', '1 ends']);
  await turns.settled();
  expect(turns.failed.aborted).toBe(false);
});

test('after one that failed none begins, and all hear why', async () => {
  const turns = new Turns();
  const cause = new Error('the first');
  let begun = 0;
  const first = turns.take(() => Promise.reject(cause));
  const second = turns.take(async () => {
    begun += 1;
  });
  await expect(first).rejects.toBe(cause);
  await expect(second).rejects.toBe(cause);
  await expect(turns.settled()).rejects.toBe(cause);
  expect(turns.failed.aborted).toBe(true);
  expect(begun).toBe(0);
});
