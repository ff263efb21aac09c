/** WebSocket of OKX v5: candles on /business, text pings, an answer for every argument. */
import type { Connection } from '../../streams/connection.ts';
import {
  type Channel,
  type KlineEvent,
  requestOf,
  type StreamDialect,
  type StreamHost,
} from '../../streams/stream-dialect.ts';
import { candleRow, type OkxMarket, okxIntervals } from './rest-answers.ts';

const hour = 3_600_000;
const idleMs = 30_000;
const endpoints = ['public', 'private', 'business'];
const streamsPerConnectionMax = 10_000;
const textShownMax = 200;
const advice = 'Please use the correct URL, channel and parameters referring to API document.';
const stream = /^candle([^:]+):(.+)$/;

export const okxStreams = (market: OkxMarket): StreamDialect => ({
  limits: {
    connections: { count: 3, windowMs: 1_000 },
    refusedStatus: 429,
    operations: { count: 480, windowMs: hour },
    streamsPerConnectionMax,
    idleMs,
  },
  open(path) {
    const endpoint = endpoints.find((name) => path === `/ws/v5/${name}`);
    return endpoint === undefined ? undefined : { streams: [], combined: false, silent: false, endpoint };
  },
  message,
  channel,
  klineName: (symbol) => `candle1m:${symbol}`,
  kline({ instrument, code, candle, closed }: KlineEvent) {
    const row = candleRow(market, instrument, candle, closed);
    return `{"arg":{"channel":"candle${code}","instId":${JSON.stringify(instrument.symbol)}},"data":[${JSON.stringify(row)}]}`;
  },
});

const connIdOf = ({ id }: Connection): string => id.toString(16).padStart(8, '0');

function message(connection: Connection, text: string, host: StreamHost): void {
  const connId = connIdOf(connection);
  const fail = (code: string, msg: string): void =>
    host.say(connection, JSON.stringify({ event: 'error', code, msg, connId }));
  if (text === 'ping') {
    if (host.pongs(connection)) host.say(connection, 'pong');
    return;
  }
  const { op, args } = requestOf(text) ?? {};
  if ((op !== 'subscribe' && op !== 'unsubscribe') || !Array.isArray(args)) {
    fail('60012', `Invalid request: ${text.slice(0, textShownMax)}`);
  } else if (!host.operates(connection)) fail('60014', 'Requests too frequent');
  else {
    for (const arg of args) {
      const wanted: Readonly<Record<string, unknown>> = { ...Object(arg) };
      const name = `${wanted.channel}:${wanted.instId}`;
      const found = channel(name);
      const here = connection.opening.endpoint === 'business';
      if (found?.kind !== 'kline' || !here || host.instrument(found.symbol) === undefined) {
        const what = `${wanted.channel},instId:${wanted.instId}`;
        fail('60018', `Wrong URL or channel:${what} doesn't exist. ${advice}`);
        continue;
      }
      if (op === 'subscribe') host.subscribe(connection, [name]);
      else host.unsubscribe(connection, [name]);
      host.say(connection, JSON.stringify({ event: op, arg: wanted, connId }));
    }
  }
}

function channel(name: string): Channel | undefined {
  const [, code = '', symbol = ''] = stream.exec(name) ?? [];
  const interval = okxIntervals.get(code);
  return interval && { kind: 'kline', symbol, code, interval };
}
