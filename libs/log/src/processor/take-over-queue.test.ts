import { expect, test } from 'vitest';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { placeKeptMsMax, TakeOverQueue, takeOversAtOnceMax } from './take-over-queue.ts';
import { stuckAfterMs } from './watchdog.ts';

function setUp() {
  const time = new VirtualTime();
  const queue = new TakeOverQueue(time);
  const begun: string[] = [];
  const alive: string[] = [];
  const takeOver = (name: string, stop: AbortSignal = new AbortController().signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const attending = { stop, alive: () => alive.push(name) };
    const done = queue.run(attending, () => {
      begun.push(name);
      return promise;
    });
    done.catch(() => {});
    return { done, end: () => resolve(name), fail: (cause: Error) => reject(cause) };
  };
  /** Until everything that can go on has gone on. */
  const settle = (): Promise<unknown> => time.run(() => false, time.now());
  return { time, queue, begun, alive, takeOver, settle };
}

test('few at a time, in the order in which they asked', async () => {
  const { begun, takeOver, settle } = setUp();
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => takeOver(name));
  await settle();
  expect(begun).toEqual(['a', 'b']);
  expect(begun).toHaveLength(takeOversAtOnceMax);
  all[1]?.end();
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  // One that fails makes room like any other.
  all[0]?.fail(new Error('broken'));
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await expect(all[0]?.done).rejects.toThrow('broken');
  for (const { end } of all.slice(2)) end();
  expect(await Promise.all(all.slice(1).map(({ done }) => done))).toEqual(['b', 'c', 'd', 'e']);
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('who is stopped while it waits leaves at once, and its place in the row is gone', async () => {
  const { begun, takeOver, settle } = setUp();
  const [first] = [takeOver('a'), takeOver('b')];
  const stop = new AbortController();
  const stopped = takeOver('c', stop.signal);
  const last = takeOver('d');
  stop.abort();
  await expect(stopped.done).rejects.toThrow();
  first.end();
  await settle();
  expect(begun).toEqual(['a', 'b', 'd']);
  last.end();
  expect(await last.done).toBe('d');
  await expect(takeOver('e', stop.signal).done).rejects.toThrow();
  expect(begun).not.toContain('e');
});

test('who hangs lets the next begin after a while, once, and whoever waits is seen to live', async () => {
  const { time, begun, alive, takeOver, settle } = setUp();
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => takeOver(name));
  await time.run(() => begun.length > 2, stuckAfterMs);
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(time.now()).toBe(placeKeptMsMax);
  expect(time.now()).toBeLessThan(stuckAfterMs / 2);
  expect([...new Set(alive)].sort()).toEqual(['d', 'e', 'f', 'g']);
  // They end at last; their places were given away already.
  all[0]?.end();
  all[1]?.end();
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  all[2]?.end();
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('who is behind waits until nobody takes over any more, is seen to live, and is stopped at once', async () => {
  const { queue, takeOver, settle } = setUp();
  const story: string[] = [];
  const stop = new AbortController();
  const waits = (name: string, signal: AbortSignal): Promise<void> =>
    queue
      .over({ stop: signal, alive: () => story.push(`${name} lives`) })
      .then(() => void story.push(`${name} goes on`));
  const { signal } = new AbortController();
  await waits('nobody there', signal);
  const all = ['a', 'b', 'c'].map((name) => takeOver(name));
  void waits('one', signal);
  void waits('other', stop.signal);
  all[0]?.end();
  await settle();
  expect(story).toEqual(['nobody there goes on', 'one lives', 'other lives']);
  stop.abort();
  await settle();
  expect(story.at(-1)).toBe('other goes on');
  story.length = 0;
  all[1]?.end();
  await settle();
  expect(story).toEqual(['one lives']);
  all[2]?.end();
  await settle();
  expect(story).toEqual(['one lives', 'one lives', 'one goes on']);
});
