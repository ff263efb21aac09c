import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RawStream, type SteppedExchange, steppedExchange } from '../../testing/stepped-exchange.ts';

let exchange: SteppedExchange;
afterEach(() => exchange.stop());

const minute = 60_000;
const json = async (path: string) => JSON.parse((await exchange.get(path)).text);
const parsed = ({ frames }: RawStream) => frames.filter((text) => text !== 'pong').map((text) => JSON.parse(text));

describe('OKX over REST', () => {
  it('gives candles newest first between two exclusive ends, in strings', async () => {
    exchange = await steppedExchange({ dialect: 'okx-swap' });
    const open = exchange.begin - 5_000;
    const range = `before=${open - 4 * minute}&after=${open}`;
    const { code, data } = await json(`/api/v5/market/candles?instId=ETH-USDT-SWAP&bar=1m&${range}`);
    expect(code).toBe('0');
    expect(data.map(([time]: string[]) => Number(time))).toEqual([1, 2, 3].map((back) => open - back * minute));
    const truth = exchange.simulator.ledger.candleAt('ETH-USDT-SWAP', open - minute);
    const [, first, high, low, close, contracts, coins, value, confirm] = data[0];
    expect([first, high, low, close, coins, value].map(Number)).toEqual([
      truth.open,
      truth.high,
      truth.low,
      truth.close,
      truth.volume,
      truth.quoteVolume,
    ]);
    const [instrument] = (await json('/api/v5/public/instruments?instType=SWAP&instId=ETH-USDT-SWAP')).data;
    expect(Number(contracts) * Number(instrument.ctVal)).toBeCloseTo(truth.volume, 6);
    expect(confirm).toBe('1');
    const newest = await json('/api/v5/market/candles?instId=ETH-USDT-SWAP&limit=2');
    expect(newest.data.map((row: string[]) => row.at(-1))).toEqual(['0', '1']);
  });

  it('keeps what is old on a path of its own, a hundred at a time', async () => {
    exchange = await steppedExchange({ dialect: 'okx-spot' });
    const old = exchange.begin - 5_000 - 3_000 * minute;
    const asked = `instId=BTC-USDT&after=${old}&before=${old - 400 * minute}&limit=300`;
    expect((await json(`/api/v5/market/candles?${asked}`)).data).toEqual([]);
    const { data } = await json(`/api/v5/market/history-candles?${asked}`);
    expect([data.length, Number(data[0][0])]).toEqual([100, old - minute]);
    const recent = await json('/api/v5/market/history-candles?instId=BTC-USDT');
    expect(recent.data.every((row: string[]) => row.at(-1) === '1')).toBe(true);
    expect((await json('/api/v5/market/candles?instId=BTC-USDT&limit=1000')).data).toHaveLength(300);
  });

  it('says what is wrong by code', async () => {
    exchange = await steppedExchange({ dialect: 'okx-swap' });
    const ask = async (path: string) => {
      const { status, text } = await exchange.get(`/api/v5/${path}`);
      return [status, JSON.parse(text).code];
    };
    expect(await ask('market/candles?instId=NO-USDT-SWAP')).toEqual([200, '51001']);
    expect(await ask('market/candles?instId=BTC-USDT-SWAP&bar=8H')).toEqual([400, '51000']);
    expect(await ask('public/instruments?instType=STARS')).toEqual([400, '51000']);
    expect(await ask('public/instruments?instType=FUTURES')).toEqual([200, '0']);
    for (let request = 0; request < 9; request++) await ask('public/time');
    expect(await ask('public/time')).toEqual([200, '0']);
    expect(await ask('public/time')).toEqual([429, '50011']);
    expect((await ask('market/candles?instId=BTC-USDT-SWAP'))[0]).toBe(200);
  });
});

describe('OKX over WebSocket', () => {
  it('answers every argument, and pushes candles with their word on whether they are over', async () => {
    exchange = await steppedExchange({ dialect: 'okx-swap' });
    const stream = await exchange.listen('/ws/v5/business');
    const args = ['BTC-USDT-SWAP', 'NO-USDT-SWAP'].map((instId) => ({ channel: 'candle1m', instId }));
    stream.socket.send(JSON.stringify({ op: 'subscribe', args }));
    stream.socket.send('ping');
    await vi.waitFor(() => expect(stream.frames).toContain('pong'));
    const [ack, refusal] = parsed(stream);
    expect(ack).toMatchObject({ event: 'subscribe', arg: args[0] });
    expect(refusal).toMatchObject({ event: 'error', code: '60018' });
    await exchange.step(minute);
    const closed = () => parsed(stream).find(({ data }) => data?.[0].at(-1) === '1');
    await vi.waitFor(() => expect(closed()).toBeDefined());
    expect(closed().arg).toEqual(args[0]);
    const [row] = (
      await json(`/api/v5/market/candles?instId=BTC-USDT-SWAP&after=${exchange.begin + minute - 5_000}&limit=1`)
    ).data;
    expect(closed().data).toEqual([row]);
    stream.socket.send(JSON.stringify({ op: 'unsubscribe', args: args.slice(0, 1) }));
    await vi.waitFor(() => expect(parsed(stream).at(-1)).toMatchObject({ event: 'unsubscribe', arg: args[0] }));
  });

  it('has candles on /business only', async () => {
    exchange = await steppedExchange({ dialect: 'okx-spot' });
    const stream = await exchange.listen('/ws/v5/public');
    stream.socket.send('{"op":"subscribe","args":[{"channel":"candle1m","instId":"BTC-USDT"}]}');
    stream.socket.send('{"op":"dance"}');
    await vi.waitFor(() => expect(stream.frames).toHaveLength(2));
    expect(parsed(stream).map(({ code }) => code)).toEqual(['60018', '60012']);
  });
});
