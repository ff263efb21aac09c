/** Candles as each exchange writes them over REST. */
import { barOpenTime, MINUTE_MS } from '@screener/market';
import type { ExchangeMarket } from '../exchanges.ts';

export type Row = readonly [openTime: number, change?: 'shape' | 'absurd' | 'time'];

/** How each exchange writes candles; a changed one is bad in one way. */
const pages: Readonly<Record<string, (rows: readonly Row[], minutes: number) => unknown>> = {
  binance: (rows, minutes) =>
    rows.map(([time, change]) => {
      const high = change === 'absurd' ? '1' : '3';
      const open = change === 'shape' ? 2 : '2';
      const [at, end] = [change === 'time' ? null : time, time + minutes * MINUTE_MS - 1];
      return [at, open, high, '1', '2', '5', end, '10', 7, '4', '8', '0'];
    }),
  bybit: (rows) => ({ retCode: 0, retMsg: 'OK', time: 1, result: { list: texts(rows).toReversed() } }),
  okx: (rows) => ({ code: '0', msg: '', data: texts(rows, '10', '1').toReversed() }),
  kraken: (rows) => ({
    error: [],
    result: {
      PAIR: rows.map(([time, change]) => {
        const high = change === 'absurd' ? '1' : '3';
        const open = change === 'shape' ? 2 : '2';
        return [change === 'time' ? null : time / 1_000, open, high, '1', '2', '2', '5', 7];
      }),
      last: 1,
    },
  }),
  deribit: (rows) => {
    const column = (value: number) => rows.map(() => value);
    return {
      jsonrpc: '2.0',
      result: {
        status: 'ok',
        ticks: rows.map(([time, change]) => (change === 'time' ? null : time)),
        open: rows.map(([, change]) => (change === 'shape' ? '2' : 2)),
        high: rows.map(([, change]) => (change === 'absurd' ? 1 : 3)),
        low: column(1),
        close: column(2),
        volume: column(5),
        cost: column(10),
      },
    };
  },
};

const texts = (rows: readonly Row[], ...more: readonly string[]): readonly unknown[] =>
  rows.map(([time, change]) => {
    const high = change === 'absurd' ? '1' : '3';
    const open = change === 'shape' ? 2 : '2';
    return [change === 'time' ? null : String(time), open, high, '1', '2', '5', '10', ...more];
  });

export const written = (name: ExchangeMarket, rows: readonly Row[], minutes = 1): string =>
  JSON.stringify(pages[name.split(':')[0] ?? '']?.(rows, minutes));

/** What the exchange would send; `before` and `after` are exclusive, and so is `since`, which is in seconds. */
export function barsAsked(query: URLSearchParams, newest: number): readonly [readonly Row[], number] {
  const first = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => query.get(key)).find((text) => text !== null) ?? undefined;
  const minutes = minutesOfCode(first('interval', 'bar', 'resolution') ?? '');
  const since = Number(query.get('since') ?? -1) * 1_000 + 1;
  const from = Number(first('startTime', 'start', 'start_timestamp') ?? Number(query.get('before') ?? since - 1) + 1);
  const to = Number(first('endTime', 'end', 'end_timestamp') ?? Number(query.get('after') ?? newest + 1) - 1);
  const bars: Row[] = [];
  for (let time = barOpenTime(to, minutes); time >= from; time -= minutes * MINUTE_MS) bars.unshift([time]);
  return [bars, minutes];
}

/** `5`, `5m`, `4H`, `1Wutc`, `D`: minutes of them all. */
function minutesOfCode(code: string): number {
  const [, count = '', unit = ''] = /^(\d*)([a-zA-Z]?)(?:utc)?$/.exec(code) ?? [];
  const units: Readonly<Record<string, number>> = { '': 1, m: 1, h: 60, d: 1_440, w: 10_080 };
  return Number(count || 1) * (units[unit.toLowerCase()] ?? Number.NaN);
}
