import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { Signal } from '../signal.ts';
import { Channel } from './channel.ts';
import type { Source } from './source.ts';

function channelOf(kind: Source['kind']) {
  const signal = new Signal<unknown>();
  const told = { serialised: 0, emptied: 0, listeners: 0, current: undefined as unknown };
  const source: Source = {
    kind,
    current: () => told.current,
    listen(listener) {
      told.listeners++;
      const off = signal.listen(listener);
      return () => {
        told.listeners--;
        off();
      };
    },
  };
  const serialise = (value: unknown): string => {
    told.serialised++;
    return JSON.stringify(value);
  };
  const channel = new Channel(source, serialise, () => told.emptied++);
  return { channel, told, emit: (value: unknown) => signal.emit(value) };
}

const never = () => {
  throw new Error('cut off');
};

describe('a channel', () => {
  test('serialises each value once, however many subscribe', async () => {
    const { channel, told, emit } = channelOf('latest');
    told.current = 'all';
    const subscribers = Array.from({ length: 100 }, () => channel.join(never));
    expect(new Set(await Promise.all(subscribers.map((subscriber) => subscriber.next())))).toEqual(new Set(['"all"']));
    const next = subscribers.map((subscriber) => subscriber.next());
    emit('change');
    expect(new Set(await Promise.all(next))).toEqual(new Set(['"change"']));
    expect(told).toMatchObject({ serialised: 2, listeners: 1 });
  });

  test('latest: one who falls behind is told the whole instead of what it missed, and nobody waits for it', async () => {
    const { channel, told, emit } = channelOf('latest');
    told.current = 0;
    const slow = channel.join(never);
    const quick = channel.join(never);
    await Promise.all([slow.next(), quick.next()]);
    for (let value = 1; value <= 1_000; value++) {
      const next = quick.next();
      told.current = value;
      emit(`change ${value}`);
      expect(await next).toBe(`"change ${value}"`);
    }
    expect(await slow.next()).toBe('1000');
    const next = slow.next();
    emit('change 1001');
    expect(await next).toBe('"change 1001"');
  });

  test('each: every value in order; one too far behind is cut off and the others go on', async () => {
    const { channel, emit } = channelOf('each');
    let cutOff = 0;
    const slow = channel.join(() => cutOff++);
    const quick = channel.join(never);
    for (let value = 0; value <= limits.eventsWaiting; value++) {
      emit(value);
      expect(await quick.next()).toBe(String(value));
      expect(cutOff).toBe(value < limits.eventsWaiting ? 0 : 1);
    }
    expect(await slow.next()).toBeUndefined();
    expect(channel.size).toBe(1);
  });

  test('each: one who comes is told what is now, if anything is', async () => {
    const { channel, told, emit } = channelOf('each');
    const first = channel.join(never);
    told.current = 'now';
    const second = channel.join(never);
    emit('later');
    expect(await first.next()).toBe('"later"');
    expect([await second.next(), await second.next()]).toEqual(['"now"', '"later"']);
  });

  test('costs nothing when all have left, also one who waits', async () => {
    const { channel, told } = channelOf('each');
    const one = channel.join(never);
    const waiting = one.next();
    one.leave();
    one.leave();
    expect(await waiting).toBeUndefined();
    expect(told).toMatchObject({ listeners: 0, emptied: 1 });
  });
});
