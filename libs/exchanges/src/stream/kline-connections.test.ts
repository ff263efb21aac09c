/** What the streams promise, against a small exchange on the loopback: each rule is broken by what it is about. */
import { MINUTE_MS } from '@screener/market';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamWorld, stepMs } from '../testing/stream-world.ts';

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(() => world.close());

const names = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `S${from + index}USDT`);
const heardOf = (symbol: string): number => world.updates.filter((update) => update.symbol === symbol).length;

describe('listening to symbols', () => {
  it('fills connections, subscribes what is new, lets go what is gone, and moves nothing else', async () => {
    const stream = world.listen(names(5), { streamsPerConnectionMax: 3 });
    await world.until(() => stream.state().healthy === 2);
    expect(world.open.map(({ symbols }) => [...symbols])).toEqual([names(3), names(2, 3)]);
    stream.listenTo([...names(4), '币安人生USDT']);
    await world.until(() => heardOf('币安人生USDT') > 2);
    expect(world.open.map(({ symbols }) => [...symbols])).toEqual([names(3), ['S3USDT', '币安人生USDT']]);
    expect(world.connections[0]?.messages).toEqual([]);
    expect(world.connections[1]?.messages.map(({ text }) => JSON.parse(text).method)).toEqual([
      'UNSUBSCRIBE',
      'SUBSCRIBE',
    ]);
    const gone = heardOf('S4USDT');
    await world.run(2_000);
    expect(heardOf('S4USDT')).toBe(gone);
    expect(stream.state()).toMatchObject({ connections: 2, reconnections: 0, resubscriptions: 0 });
    stream.listenTo(names(3));
    await world.until(() => world.open.length === 1);
    expect(stream.state()).toMatchObject({ connections: 1, reconnections: 0 });
    stream.listenTo([]);
    await world.until(() => world.open.length === 0);
    stream.listenTo(['S9USDT']);
    await world.until(() => heardOf('S9USDT') > 0);
  });

  it('drops and counts frames of what nobody listens to', async () => {
    const stream = world.listen(names(1));
    await world.until(() => stream.state().healthy === 1);
    const merged = JSON.parse(
      world.klineFrame('S0USD_PERP', world.clock.now() - (world.clock.now() % MINUTE_MS), false),
    );
    const coinMargined = JSON.stringify({ ...merged, data: { ...merged.data, st: 2 } });
    for (const text of [coinMargined, world.klineFrame('OTHERUSDT', merged.data.k.t, false)]) {
      world.open[0]?.socket.send(text);
    }
    await world.until(() => stream.state().foreign === 2);
    expect([world.problems, world.updates.some(({ symbol }) => symbol !== 'S0USDT')]).toEqual([[], false]);
    const { bytes, frames } = stream.state();
    expect(frames).toBe(world.updates.length);
    expect(bytes).toBeGreaterThan(frames * 200);
  });
});

describe('the rate of the exchange', () => {
  it('paces the opening of connections, for all streams of the exchange together', async () => {
    const limits = { connectionRate: { count: 3, windowMs: 1_000 } };
    const stream = world.listen(names(8), { streamsPerConnectionMax: 1, limits });
    await world.until(() => stream.state().healthy === 8);
    const opened = world.connections.map(({ openedAt }) => openedAt);
    for (const at of opened) {
      // A handshake takes a step or two of the world's time.
      expect(opened.filter((other) => other > at && other < at + 500).length).toBeLessThan(3);
    }
  });

  it('paces messages to a connection, and loses none', async () => {
    const stream = world.listen(names(1), { limits: { messageRate: { count: 2, windowMs: 1_000 } } });
    await world.until(() => stream.state().healthy === 1);
    for (let count = 2; count <= 9; count++) stream.listenTo(names(count));
    await world.until(() => world.open[0]?.symbols.size === 9);
    const sent = world.open[0]?.messages.map(({ at }) => at) ?? [];
    expect(sent).toHaveLength(8);
    for (const at of sent)
      expect(sent.filter((other) => other >= at && other < at + 1_000 - stepMs).length).toBeLessThanOrEqual(2);
  });
});

it('gives up a connection that has more to be told than it may hear, and tells a new one at once', async () => {
  const stream = world.listen(names(1), { limits: { messageRate: { count: 1, windowMs: 3_600_000 } } });
  await world.until(() => stream.state().healthy === 1);
  for (let turn = 0; turn < 600; turn++) {
    stream.listenTo(names(2));
    stream.listenTo(names(1));
  }
  stream.listenTo(names(3));
  await world.until(() => heardOf('S2USDT') > 0);
  expect(world.problems.map(({ text }) => text)).toEqual(['stream 1 ended: too many messages wait to be sent']);
});

describe('a connection that ends', () => {
  it('is opened again, with all its symbols, which are unserved meanwhile', async () => {
    const stream = world.listen(names(2));
    await world.until(() => stream.state().healthy === 1);
    expect(stream.state().unserved).toEqual(new Set());
    world.open[0]?.socket.terminate();
    await world.until(() => stream.state().healthy === 0);
    expect(stream.state().unserved).toEqual(new Set(names(2)));
    await world.until(() => stream.state().healthy === 1);
    expect([...(world.open[0]?.symbols ?? [])]).toEqual(names(2));
    expect(stream.state()).toMatchObject({ reconnections: 1, unserved: new Set() });
    expect(world.problems.map(({ reason, text }) => [reason, text])).toEqual([
      ['connection', 'stream 1 ended: code 1006'],
    ]);
  });

  it('comes back more and more slowly, then its circuit opens, and half-opens after a pause', async () => {
    world.greets = () => false;
    const stream = world.listen(names(2), { random: () => 1 });
    await world.until(() => stream.state().circuitsOpen === 1, 600_000);
    expect(world.connections).toHaveLength(10);
    const opened = world.connections.map(({ openedAt }) => openedAt);
    const pauses = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
    for (const [index, ms] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(ms);
      expect(pauses[index]).toBeLessThan(ms + 1_500);
    }
    expect(stream.state().unserved).toEqual(new Set(names(2)));
    expect(world.problems.at(-1)?.text).toContain('10 times in a row');
    const before = world.connections.length;
    await world.run(50_000);
    expect(world.connections).toHaveLength(before);
    await world.until(() => world.connections.length === before + 1);
    expect(stream.state().circuitsOpen).toBe(1);
    world.greets = () => true;
    await world.until(() => stream.state().healthy === 1, 200_000);
    expect(stream.state()).toMatchObject({ circuitsOpen: 0, unserved: new Set() });
  });

  it('whose circuit has half-opened is left alone again as soon as it fails again', async () => {
    world.greets = () => false;
    const stream = world.listen(names(2));
    await world.until(() => stream.state().circuitsOpen === 1, 600_000);
    world.greets = () => true;
    await world.until(() => stream.state().healthy === 1, 100_000);
    expect(stream.state().circuitsOpen).toBe(0);
    world.greets = () => false;
    world.open[0]?.socket.terminate();
    await world.until(() => stream.state().circuitsOpen === 1, 2_000);
    stream.listenTo(names(3));
    world.greets = () => true;
    await world.until(() => heardOf('S2USDT') > 0, 2_000);
    expect(stream.state()).toMatchObject({ circuitsOpen: 1, unserved: new Set(names(2)) });
  });

  it('that does not even open is given up', async () => {
    world.welcomes = () => false;
    const stream = world.listen(names(2));
    await world.until(() => world.problems.length === 2);
    expect(world.problems.map(({ text }) => text)).toEqual(Array(2).fill('stream 1 ended: it does not open'));
    world.welcomes = () => true;
    await world.until(() => stream.state().healthy === 1);
  });

  it('is noticed although TCP does not say so', async () => {
    const stream = world.listen(names(30));
    await world.until(() => stream.state().healthy === 1);
    const [first] = world.open;
    if (first === undefined) throw new Error('no connection');
    first.dead = true;
    first.socket.pause();
    const deadAt = world.clock.now();
    await world.until(() => world.connections.length === 2);
    expect(world.clock.now() - deadAt).toBeLessThan(45_000);
    expect(world.problems[0]?.text).toContain('no sign of life');
    await world.until(() => stream.state().healthy === 1);
  });
});

describe('a planned end', () => {
  it('is got ahead of by age: nothing is missing, the old one goes when the new one speaks', async () => {
    const stream = world.listen(names(2), { limits: { connectionAgeMsMax: 120_000 } });
    await world.until(() => stream.state().healthy === 1);
    const openedAt = world.connections[0]?.openedAt ?? 0;
    world.speaks = ({ id }) => id === 1;
    await world.until(() => world.connections.length === 2, 130_000);
    const age = world.clock.now() - openedAt;
    expect(age).toBeGreaterThan(118_500);
    expect(age).toBeLessThan(120_000);
    await world.run(3_000);
    expect(world.open).toHaveLength(2);
    world.speaks = ({ id }, symbol) => id === 1 || symbol === 'S0USDT';
    await world.run(3_000);
    expect(world.open).toHaveLength(2);
    world.speaks = () => true;
    await world.until(() => world.open.length === 1);
    expect(world.open[0]?.id).toBe(2);
    expect(stream.state()).toMatchObject({ connections: 1, healthy: 1, replacements: 1, reconnections: 0 });
    expect(stream.state().unserved.size).toBe(0);
    expect(world.problems).toEqual([]);
    const times = world.updates.filter(({ symbol }) => symbol === 'S0USDT').map(({ eventTime }) => eventTime);
    expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeLessThanOrEqual(500);
  });

  it('is got ahead of when the exchange announces it, without waiting for what is quiet', async () => {
    world.speaks = (_, symbol) => symbol !== 'S1USDT';
    const stream = world.listen(names(2));
    await world.until(() => stream.state().healthy === 1);
    world.open[0]?.socket.send(`{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":${world.clock.now()}}}`);
    await world.until(() => stream.state().replacements === 1, 8_000);
    await world.until(() => world.open.length === 1);
    expect(world.open[0]?.id).toBe(2);
    expect(stream.state()).toMatchObject({ healthy: 1, reconnections: 0 });
    expect(world.problems).toEqual([]);
  });

  it('is tried for again while the successor fails or is silent', async () => {
    const stream = world.listen(names(25));
    await world.until(() => stream.state().healthy === 1);
    world.greets = () => false;
    world.open[0]?.socket.send('{"e":"serverShutdown","E":1}');
    await world.until(() => world.connections.length === 4);
    world.greets = () => true;
    world.speaks = ({ id }) => id === 1;
    await world.until(() => world.open.length === 2);
    const silent = world.open[1]?.id;
    await world.until(() => world.connections.some(({ id, closedAt }) => id === silent && closedAt !== undefined));
    world.speaks = () => true;
    await world.until(() => stream.state().replacements === 1);
    expect(stream.state()).toMatchObject({ healthy: 1, reconnections: 0, unserved: new Set() });
    expect(world.problems.every(({ text }) => text.startsWith('the successor of stream 1 ended'))).toBe(true);
  });

  it('that comes before the new connection speaks is a reconnection', async () => {
    const stream = world.listen(names(2));
    await world.until(() => stream.state().healthy === 1);
    world.speaks = ({ id }) => id === 1;
    world.open[0]?.socket.send('{"e":"serverShutdown","E":1}');
    await world.until(() => world.open.length === 2);
    world.connections[0]?.socket.close(1_001);
    await world.until(() => world.open.length === 1);
    expect(stream.state()).toMatchObject({ healthy: 0, replacements: 0, reconnections: 1 });
    world.speaks = () => true;
    await world.until(() => stream.state().healthy === 1);
    expect(world.connections).toHaveLength(2);
  });
});
