import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RawStream, type SteppedExchange, steppedExchange } from '../../testing/stepped-exchange.ts';

let exchange: SteppedExchange;
afterEach(() => exchange.stop());

const minute = 60_000;
const json = async (path: string) => JSON.parse((await exchange.get(path)).text);
const parsed = ({ frames }: RawStream) => frames.map((text) => JSON.parse(text));

describe('Bybit over REST', () => {
  it('answers in its envelope, candles newest first', async () => {
    exchange = await steppedExchange({ dialect: 'bybit-linear' });
    const time = await json('/v5/market/time');
    expect(time).toMatchObject({ retCode: 0, retMsg: 'OK', time: exchange.begin });
    const open = exchange.begin - 5_000;
    const answer = await json(
      `/v5/market/kline?category=linear&symbol=ETHUSDT&interval=1&start=${open - 3 * minute}&limit=3`,
    );
    expect(answer.result).toMatchObject({ category: 'linear', symbol: 'ETHUSDT' });
    expect(answer.result.list.map(([start]: string[]) => Number(start))).toEqual(
      [1, 2, 3].map((back) => open - back * minute),
    );
    const truth = exchange.simulator.ledger.candleAt('ETHUSDT', open - minute);
    expect(answer.result.list[0].map(Number)).toEqual([
      truth.openTime,
      truth.open,
      truth.high,
      truth.low,
      truth.close,
      truth.volume,
      truth.quoteVolume,
    ]);
    expect(answer.result.list[0].every((text: unknown) => typeof text === 'string')).toBe(true);
    const newest = await json('/v5/market/kline?category=linear&symbol=ETHUSDT&interval=60');
    expect(newest.result.list).toHaveLength(200);
    expect(Number(newest.result.list[0][0])).toBe(open);
  });

  it('says what is wrong with status 200', async () => {
    exchange = await steppedExchange({ dialect: 'bybit-linear' });
    const kline = (query: string) => json(`/v5/market/kline?${query}`).then(({ retCode, retMsg }) => [retCode, retMsg]);
    expect(await kline('category=linear&symbol=NOUSDT&interval=1')).toEqual([10001, 'Not supported symbols']);
    expect(await kline('category=spot&symbol=BTCUSDT&interval=1')).toEqual([10001, 'Not supported symbols']);
    expect(await kline('category=linear&symbol=BTCUSDT&interval=480')).toEqual([10001, 'Invalid period!']);
    expect(await kline('category=stars&symbol=BTCUSDT&interval=1')).toEqual([10001, 'params error: Category Invalid']);
    expect((await exchange.get('/v5/market/orderbook')).status).toBe(404);
  });

  it('lists contracts page by page, and pairs at once', async () => {
    exchange = await steppedExchange({ dialect: 'bybit-linear', instruments: 7 });
    const symbols: string[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page++) {
      const { result } = await json(`/v5/market/instruments-info?category=linear&limit=3&cursor=${cursor}`);
      symbols.push(...result.list.map(({ symbol }: { symbol: string }) => symbol));
      cursor = result.nextPageCursor;
    }
    expect([symbols, cursor]).toEqual([exchange.simulator.symbols, '']);
    expect((await json('/v5/market/instruments-info?category=inverse')).result.list).toEqual([]);
    expect((await json('/v5/market/instruments-info?category=linear&status=PreLaunch')).result.list).toEqual([]);
    const tickers = await json('/v5/market/tickers?category=linear');
    expect(tickers.result.list).toHaveLength(7);
    expect(Number(tickers.result.list[0].turnover24h)).toBeGreaterThan(1e9);
  });

  it('locks out for ten minutes who asks too fast', async () => {
    exchange = await steppedExchange({ dialect: 'bybit-spot' });
    const statuses = new Set<number>();
    for (let request = 0; request < 601; request++) statuses.add((await exchange.get('/v5/market/time')).status);
    expect(statuses).toEqual(new Set([200, 403]));
    await exchange.step(300_000);
    expect((await exchange.get('/v5/market/time')).status).toBe(403);
    expect(exchange.simulator.ledger.requestsDuringBan).toBe(1);
    await exchange.step(300_000);
    expect((await exchange.get('/v5/market/time')).status).toBe(200);
  });
});

describe('Bybit over WebSocket', () => {
  it('acknowledges, pushes and closes candles', async () => {
    exchange = await steppedExchange({ dialect: 'bybit-linear' });
    const stream = await exchange.listen('/v5/public/linear');
    stream.socket.send('{"op":"subscribe","req_id":"a","args":["kline.1.BTCUSDT","kline.3.BTCUSDT"]}');
    stream.socket.send('{"op":"ping","req_id":"b"}');
    await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThan(1));
    const [ack, pong] = parsed(stream);
    expect(ack).toMatchObject({ success: true, ret_msg: '', req_id: 'a', op: 'subscribe' });
    expect(pong).toMatchObject({ success: true, ret_msg: 'pong', req_id: 'b', op: 'ping' });
    await exchange.step(minute);
    const closed = () => parsed(stream).find(({ topic, data }) => topic === 'kline.1.BTCUSDT' && data[0].confirm);
    await vi.waitFor(() => expect(closed()).toBeDefined());
    const truth = exchange.simulator.ledger.candleAt('BTCUSDT', exchange.begin - 5_000);
    const { start, end, interval, open, close, high, low, volume, turnover } = closed().data[0];
    expect([start, end, interval]).toEqual([truth.openTime, truth.openTime + minute - 1, '1']);
    expect([open, close, high, low, volume, turnover].map(Number)).toEqual([
      truth.open,
      truth.close,
      truth.high,
      truth.low,
      truth.volume,
      truth.quoteVolume,
    ]);
    expect(closed()).toMatchObject({ type: 'snapshot', ts: closed().data[0].timestamp });
  });

  it('refuses whole requests, and more than ten topics at once on spot', async () => {
    exchange = await steppedExchange({ dialect: 'bybit-spot', instruments: 12 });
    const stream = await exchange.listen('/v5/public/spot');
    const ask = (args: readonly string[]): void => stream.socket.send(JSON.stringify({ op: 'subscribe', args }));
    ask(exchange.simulator.symbols.slice(0, 11).map((symbol) => `kline.1.${symbol}`));
    ask(['kline.1.BTCUSDT', 'kline.1.NOUSDT']);
    ask(['kline.480.BTCUSDT']);
    ask(['kline.1.BTCUSDT']);
    ask(['kline.1.BTCUSDT']);
    stream.socket.send('{"op":"dance"}');
    stream.socket.send('{{');
    await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThan(6));
    const answers = parsed(stream).filter(({ op }) => op !== undefined);
    expect(answers.map(({ success, ret_msg }) => [success, ret_msg])).toEqual([
      [false, 'error:args size >10'],
      [false, 'Invalid symbol :[kline.1.NOUSDT]'],
      [false, 'error:handler not found,topic:kline.480.BTCUSDT'],
      [true, 'subscribe'],
      [false, 'error:already subscribed,topic:kline.1.BTCUSDT'],
      [false, 'error:request op not support'],
      [false, 'error:invalid json'],
    ]);
  });
});
