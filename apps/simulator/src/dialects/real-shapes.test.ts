/** What the twins say has the shape of what the real ones were heard to say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rawClients } from '../testing/raw-client.ts';
import { type SteppedExchange, steppedExchange } from '../testing/stepped-exchange.ts';
import type { DialectName } from './dialect.ts';

const data = join(import.meta.dirname, '../../../../../shared/data');
const present = existsSync(data);
if (!present) console.warn(`SKIPPED: no real payloads at ${data}`);

let exchange: SteppedExchange;
afterEach(() => exchange.stop());

/** The first payload of a channel that says all there is to say. */
function real(file: string, fits: (payload: string) => boolean): string {
  const lines = readFileSync(join(data, 'payloads', `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  const found = lines.map((line): string => JSON.parse(line).raw).find(fits);
  if (found === undefined) throw new Error(`${file} has no such payload`);
  return found;
}

/** Names of fields in their order, and the kinds of their values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]);
}

const klines: readonly (readonly [DialectName, string, (payload: string) => boolean])[] = [
  ['usdm', 'binance-futures_ws', (payload) => payload.includes('"T":1785048539999')],
  ['spot', 'binance-spot_ws', (payload) => payload.includes('"T":1751897399999')],
  ['bybit-linear', 'bybit_ws', (payload) => payload.includes('kline.5.BTCUSDT')],
  ['bybit-spot', 'bybit_ws', (payload) => payload.includes('kline.5.BTCUSDT')],
  ['okx-swap', 'okx_ws', (payload) => payload.includes('"candle1D"') && payload.includes('"8533.02"')],
  ['okx-spot', 'okx_ws', (payload) => payload.includes('"candle1D"') && payload.includes('"8533.02"')],
];

describe.skipIf(!present)('frames', () => {
  it.each(klines)('of candles on %s', async (dialect, file, fits) => {
    exchange = await steppedExchange({ dialect });
    const client = rawClients[dialect];
    const symbols = exchange.simulator.symbols.slice(0, 1);
    const stream = await exchange.listen(client.path(symbols));
    const hello = client.hello(symbols);
    if (hello !== undefined) stream.socket.send(hello);
    const heard = () => stream.frames.map((text) => JSON.parse(text)).filter(({ data }) => data?.k ?? data?.length);
    for (let step = 0; step < 3; step++) await exchange.step(1_000);
    await vi.waitFor(() => expect(heard().length).toBeGreaterThan(0));
    expect(shapeOf(heard()[0])).toEqual(shapeOf(JSON.parse(real(file, fits))));
    // Spaces too, where the exchange has some.
    if (dialect === 'usdm') expect(stream.frames[0]).toMatch(/"k":\{"t":\d+, "T":\d+, "s":"BTCUSDT", "i":"1m", "f":/);
  });
});

interface Listed {
  readonly symbols?: readonly object[];
  readonly data?: readonly object[];
  readonly result?: { readonly list: readonly object[] };
}

const firstOf = (text: string): object => {
  const { symbols, data: entries, result }: Listed = JSON.parse(text);
  return (symbols ?? entries ?? result?.list)?.[0] ?? {};
};

/** The list of contracts as it was once fetched. */
function capturedContracts(): string {
  const text = gunzipSync(readFileSync(join(data, 'captures/cryptofeed_BINANCE_FUTURES.0.txt.gz'))).toString();
  const [line = ''] = text.split('\n');
  return line.slice(line.indexOf('{'));
}

const instruments: readonly (readonly [DialectName, () => string])[] = [
  ['usdm', capturedContracts],
  ['spot', () => real('binance-spot_rest', (payload) => payload.includes('pegInstructionsAllowed'))],
  ['bybit-linear', () => real('bybit_rest', (payload) => payload.includes('"TSLAUSDT"'))],
  ['bybit-spot', () => real('bybit_rest', (payload) => payload.includes('"utaOnly"'))],
  ['okx-swap', () => real('okx_rest', (payload) => payload.includes('"BTC-USD-SWAP"') && payload.includes('"ctType"'))],
  [
    'okx-spot',
    () => real('okx_rest', (payload) => payload.includes('"instType": "SPOT"') && payload.includes('"lotSz"')),
  ],
];

describe.skipIf(!present)('lists of instruments', () => {
  it.each(instruments)('on %s have every field that clients may look for', async (dialect, answer) => {
    exchange = await steppedExchange({ dialect });
    const ours = firstOf((await exchange.get(rawClients[dialect].instruments)).text);
    const theirs = Object.keys(firstOf(answer()));
    expect(theirs.length).toBeGreaterThan(5);
    expect(theirs.filter((name) => !Object.hasOwn(ours, name))).toEqual([]);
  });
});
