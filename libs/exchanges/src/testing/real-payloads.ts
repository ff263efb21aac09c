/** What exchanges really sent. It is not part of the repository: without it the tests that use it are skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Candle } from '@screener/market';
import { plainCandle } from '../rest/candle-rows.ts';

const data = new URL('../../../../../shared/data/', import.meta.url);
export const present = existsSync(data);
if (!present) process.stderr.write('SKIPPED: real exchange payloads are not beside this repository\n');

export interface Payload {
  readonly channel: string;
  readonly origin: string;
  readonly raw: string;
}

export const payloads = (name: string): readonly Payload[] =>
  readFileSync(new URL(`payloads/${name}.jsonl`, data), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The body of the recorded REST answer, as parsed JSON. */
export const answer = (name: string, channel: string): unknown => {
  const found = payloads(name).find((payload) => payload.channel === channel);
  if (found === undefined) throw new Error(`no ${channel} in ${name}`);
  return JSON.parse(found.raw);
};

export const capture = (name: string): readonly string[] =>
  gunzipSync(readFileSync(new URL(`captures/${name}.txt.gz`, data)))
    .toString()
    .trim()
    .split('\n');

/** Columns of a file of candles, as text: those of a row of Binance's REST answers, empty where they were not sent. */
export const candleRows = (name: string): readonly (readonly string[])[] =>
  gunzipSync(readFileSync(new URL(`candles/${name}.csv.gz`, data)))
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

/** One-minute candles and longer bars as an exchange sent them. */
export const candles = (name: string): readonly Candle[] =>
  candleRows(name).map((row) => {
    const [openTime = 0, open = 0, high = 0, low = 0, close = 0, volume = 0, , quoteVolume = 0] = row.map(Number);
    return plainCandle(openTime, [open, high, low, close], volume, quoteVolume);
  });
