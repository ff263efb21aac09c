/** What the streams do when one of them, a connection or the whole market falls silent. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binanceProtocol } from '../binance/stream-protocol.ts';
import { binanceUsdm } from '../binance-usdm/binance-usdm.ts';
import { StreamWorld, usdm } from '../testing/stream-world.ts';

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(() => world.close());

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `S${index}USDT`);
const oneMs = usdm.silence.oneMs;
const servedBy = (symbol: string): readonly number[] =>
  world.open.filter(({ symbols }) => symbols.has(symbol)).map(({ id }) => id);
const mute = (symbol: string, on = 1): void => {
  world.speaks = ({ id }, name) => name !== symbol || id !== on;
};

describe('one stream that is silent among healthy ones', () => {
  it('is subscribed elsewhere when its first frame does not come', async () => {
    mute('S3USDT');
    const stream = world.listen(names(5));
    await world.until(() => stream.state().healthy === 1);
    await world.run(oneMs - 5_000);
    expect(stream.state()).toMatchObject({ resubscriptions: 0, unserved: new Set() });
    await world.until(() => stream.state().resubscriptions === 1);
    expect(stream.state().unserved).toEqual(new Set(['S3USDT']));
    await world.until(() => stream.state().unserved.size === 0);
    expect([servedBy('S3USDT'), servedBy('S2USDT')]).toEqual([[2], [1]]);
    expect(world.updates.some(({ symbol }) => symbol === 'S3USDT')).toBe(true);
    expect(stream.state()).toMatchObject({ connections: 2, reconnections: 0, resubscriptions: 1 });
  });

  it('is subscribed elsewhere when it stops for clearly longer than is usual for it', async () => {
    const stream = world.listen(names(5));
    await world.run(10_000);
    mute('S3USDT');
    const since = world.clock.now();
    await world.until(() => stream.state().resubscriptions === 1);
    expect(world.clock.now() - since).toBeGreaterThan(usdm.silence.manyMs);
    expect(world.clock.now() - since).toBeLessThan(usdm.silence.manyMs + 5_000);
    await world.until(() => stream.state().unserved.size === 0);
    expect(servedBy('S3USDT')).toEqual([2]);
    await world.run(30_000);
    expect(stream.state().resubscriptions).toBe(1);
  });

  it('that speaks rarely is found out by the candle that the others have closed', async () => {
    const everyMs = 20_000;
    const rarely = (): boolean => world.clock.now() % everyMs < 250;
    world.speaks = (_, symbol) => symbol !== 'S3USDT' || rarely();
    const stream = world.listen(names(5));
    await world.run(110_000);
    expect(stream.state().resubscriptions).toBe(0);
    world.speaks = ({ id }, symbol) => symbol !== 'S3USDT' || (id > 1 && rarely());
    const heard = world.updates.findLast(({ symbol }) => symbol === 'S3USDT')?.eventTime ?? 0;
    await world.until(() => stream.state().resubscriptions === 1);
    expect(world.clock.now() - heard).toBeLessThan(oneMs - 5_000);
    await world.until(() => stream.state().unserved.size === 0);
  });

  it('and speaks again only when it likes is known for that', async () => {
    const pauseMs = 240_000;
    world.speaks = (_, symbol) => symbol !== 'S3USDT' || (world.clock.now() - begin) % pauseMs < 3_000;
    const begin = world.clock.now();
    const stream = world.listen(names(5), { streamsPerConnectionMax: 4 });
    await world.run(2 * pauseMs, 1_000);
    const asked = stream.state().resubscriptions;
    expect(asked).toBeGreaterThan(0);
    await world.run(2 * pauseMs, 1_000);
    expect(stream.state().resubscriptions).toBe(asked);
  }, 60_000);

  it('goes to a connection that is there, if one has room', async () => {
    const stream = world.listen(names(5), { streamsPerConnectionMax: 4 });
    await world.run(10_000);
    mute('S0USDT');
    await world.until(() => stream.state().resubscriptions === 1);
    await world.run(2_000);
    expect([servedBy('S0USDT'), world.connections.length]).toEqual([[2], 2]);
  });

  it('and remains so wherever it is asked for is left in peace longer and longer', async () => {
    world.speaks = (_, symbol) => symbol !== 'S3USDT';
    const stream = world.listen(names(5), { streamsPerConnectionMax: 4 });
    await world.run(12 * 60_000, 1_000);
    const { resubscriptions, reconnections, unserved } = stream.state();
    expect(resubscriptions).toBeGreaterThanOrEqual(3);
    expect(resubscriptions).toBeLessThanOrEqual(5);
    expect([reconnections, world.problems, unserved]).toEqual([0, [], new Set(['S3USDT'])]);
  }, 60_000);
});

describe('a connection that is silent', () => {
  it('from its beginning, although it acknowledges, is given up soon where many should speak', async () => {
    world.speaks = ({ id }) => id > 1;
    const stream = world.listen(names(25));
    await world.until(() => world.connections.length === 2);
    expect((world.connections[1]?.openedAt ?? 0) - (world.connections[0]?.openedAt ?? 0)).toBeLessThan(20_000);
    expect(world.problems.map(({ text }) => text)).toEqual(['stream 1 ended: open but silent for 16 s']);
    await world.until(() => stream.state().unserved.size === 0);
    expect(stream.state()).toMatchObject({ reconnections: 1, resubscriptions: 0 });
  });

  it('while others speak is given up soon', async () => {
    const stream = world.listen(names(50), { streamsPerConnectionMax: 25 });
    await world.run(10_000);
    world.speaks = ({ id }) => id !== 2;
    const since = world.clock.now();
    await world.until(() => stream.state().reconnections === 1);
    expect(world.clock.now() - since).toBeLessThan(25_000);
    await world.until(() => stream.state().unserved.size === 0);
  });

  it('in most of its streams is replaced as a whole', async () => {
    const stream = world.listen(names(30));
    await world.run(10_000);
    const few = new Set(names(12));
    world.speaks = ({ id }, symbol) => id > 1 || few.has(symbol);
    await world.until(() => stream.state().replacements === 1, 200_000);
    await world.until(() => stream.state().unserved.size === 0);
    expect(stream.state()).toMatchObject({ resubscriptions: 0, reconnections: 0 });
  });
});

it('takes no stall of its own process for silence of others', async () => {
  const stream = world.listen(names(50), { streamsPerConnectionMax: 25 });
  await world.run(10_000);
  const [first, second] = world.open;
  if (first === undefined || second === undefined) throw new Error('two connections expected');
  await new Promise<void>((resolve) => {
    // Of what came meanwhile only the first connection has been read when it wakes up: timers come first, then sockets.
    setTimeout(() => {
      world.say(first);
      world.clock.advance(24_000);
      resolve();
    });
  });
  world.speaks = ({ id }) => id === first.id;
  await world.run(6_000);
  world.speaks = () => true;
  await world.run(10_000);
  expect(stream.state()).toMatchObject({ resubscriptions: 0, reconnections: 0, replacements: 0 });
});

describe('a dull market', () => {
  const quiet = (): boolean => false;

  it('causes no storm, however it wakes up', async () => {
    const stream = world.listen(names(50), { streamsPerConnectionMax: 25 });
    await world.run(10_000);
    world.speaks = quiet;
    await world.run(60_000);
    const awake = new Set<string>();
    world.speaks = (_, symbol) => awake.has(symbol);
    for (const symbol of names(50)) {
      awake.add(symbol);
      await world.run(250);
    }
    await world.run(10_000);
    expect(stream.state()).toMatchObject({
      resubscriptions: 0,
      reconnections: 0,
      replacements: 0,
      unserved: new Set(),
    });
    expect(world.connections).toHaveLength(2);
  });

  it('that stays dull beyond all measure makes few connections', async () => {
    world.listen(names(50), { streamsPerConnectionMax: 25 });
    await world.run(10_000);
    world.speaks = quiet;
    await world.run(10 * 60_000, 1_000);
    expect(world.connections.length).toBeGreaterThan(2);
    expect(world.connections.length).toBeLessThanOrEqual(10);
  }, 60_000);
});

describe('a request that is refused because of one of its symbols', () => {
  it('does not silence the others for long', async () => {
    const stream = world.listen(names(30), {
      protocol: { ...usdm, url: (wsBase) => wsBase, addressSubscribes: false, refusesWhole: true },
    });
    world.accepts = (symbols) => !symbols.includes('S7USDT');
    await world.until(() => stream.state().unserved.size === 1 && stream.state().healthy > 0, 200_000);
    expect(stream.state().unserved).toEqual(new Set(['S7USDT']));
    expect(world.problems.map(({ reason, text }) => [reason, text])).toContainEqual([
      'connection',
      'a request was refused',
    ]);
  });
});

describe('prices between candles', () => {
  it('come from the stream of all symbols, for those that are listened to', async () => {
    const prices = (wsBase: string): string => `${wsBase}/stream?streams=!miniTicker@arr`;
    const protocol = binanceProtocol({ ...binanceUsdm.streams, prices });
    const stream = world.listen(names(1), { protocol });
    await world.until(() => world.open.length === 2 && stream.state().healthy === 1);
    const ticker = (s: string, c: string) => ({
      e: '24hrMiniTicker',
      E: 77,
      s,
      c,
      o: '1',
      h: '1',
      l: '1',
      v: '1',
      q: '1',
    });
    const socket = world.open.find(({ url }) => url.includes('miniTicker'))?.socket;
    socket?.send(
      JSON.stringify({
        stream: 'x',
        data: [ticker('S0USDT', '1.25'), ticker('OTHERUSDT', '2'), ticker('S0USDT', '0.00')],
      }),
    );
    socket?.send(JSON.stringify({ stream: 'x', data: [ticker('S0USDT', '-1')] }));
    await world.until(() => world.problems.length === 1);
    expect(stream.state()).toMatchObject({ connections: 2, healthy: 2 });
    expect(world.prices).toEqual([{ symbol: 'S0USDT', price: 1.25, eventTime: 77 }]);
    expect(world.problems[0]).toMatchObject({ reason: 'absurd-numbers' });
    stream.listenTo([]);
    await world.until(() => world.open.length === 0);
  });
});
