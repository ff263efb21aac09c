/** WebSocket of Bybit v5: topics, JSON pings of the client, answers that linear and spot word differently. */
import type { Connection } from '../../streams/connection.ts';
import {
  type Channel,
  type KlineEvent,
  requestOf,
  type StreamDialect,
  type StreamHost,
} from '../../streams/stream-dialect.ts';
import { trimmed } from '../../units.ts';
import { type BybitCategory, bybitIntervals } from './rest-answers.ts';

const minute = 60_000;
const topic = /^kline\.([^.]+)\.(.+)$/;
/** Spot takes no more topics a request. */
const spotTopicsMax = 10;
/** Of all topics of a connection together. */
const charactersMax = 21_000;

export const bybitStreams = (category: BybitCategory): StreamDialect => ({
  limits: {
    connections: { count: 500, windowMs: 5 * minute },
    refusedStatus: 403,
    streamsPerConnectionMax: charactersMax,
    idleMs: 10 * minute,
  },
  open: (path) =>
    path === `/v5/public/${category}` ? { streams: [], combined: false, silent: false, endpoint: category } : undefined,
  message: (connection, text, host) => message(category, connection, text, host),
  channel,
  klineName: (symbol) => `kline.1.${symbol}`,
  kline,
});

function message(category: BybitCategory, connection: Connection, text: string, host: StreamHost): void {
  const request = requestOf(text);
  const id = request?.req_id;
  const answer = (success: boolean, message: string, op: unknown): void =>
    host.say(
      connection,
      JSON.stringify({
        success,
        ret_msg: message,
        conn_id: `simulated-${connection.id}`,
        ...(id !== undefined || category === 'linear' ? { req_id: String(id ?? '') } : {}),
        op,
      }),
    );
  const names = Array.isArray(request?.args) ? request.args.map(String) : [];
  switch (request?.op) {
    case 'ping':
      if (host.pongs(connection)) answer(true, 'pong', 'ping');
      break;
    case 'subscribe': {
      const wrong = refusal(category, connection, names, host);
      if (wrong === undefined) host.subscribe(connection, names);
      answer(wrong === undefined, wrong ?? (category === 'spot' ? 'subscribe' : ''), 'subscribe');
      break;
    }
    case 'unsubscribe':
      host.unsubscribe(connection, names);
      answer(true, category === 'spot' ? 'unsubscribe' : '', 'unsubscribe');
      break;
    default:
      answer(false, request === undefined ? 'error:invalid json' : 'error:request op not support', request?.op ?? '');
  }
}

function refusal(
  category: BybitCategory,
  { streams }: Connection,
  names: readonly string[],
  host: StreamHost,
): string | undefined {
  if (category === 'spot' && names.length > spotTopicsMax) return `error:args size >${spotTopicsMax}`;
  const characters = [...streams, ...names].reduce((sum, name) => sum + name.length, 0);
  if (characters > charactersMax) return 'error:args total length exceeded';
  for (const name of names) {
    if (streams.has(name)) return `error:already subscribed,topic:${name}`;
    const found = channel(name);
    if (found?.kind !== 'kline') return `error:handler not found,topic:${name}`;
    if (host.instrument(found.symbol) === undefined) return `Invalid symbol :[${name}]`;
  }
  return undefined;
}

function channel(name: string): Channel | undefined {
  const [, code = '', symbol = ''] = topic.exec(name) ?? [];
  const interval = bybitIntervals.get(code);
  return interval && { kind: 'kline', symbol, code, interval };
}

function kline({ instrument, code, candle, closed, eventTime }: KlineEvent): string {
  const { openTime, closeTime, open, high, low, close, volume, quoteVolume } = candle;
  const prices = `"open":"${trimmed(open)}","close":"${trimmed(close)}","high":"${trimmed(high)}","low":"${trimmed(low)}"`;
  const volumes = `"volume":"${trimmed(volume)}","turnover":"${trimmed(quoteVolume)}"`;
  const name = JSON.stringify(`kline.${code}.${instrument.symbol}`);
  return `{"topic":${name},"data":[{"start":${openTime},"end":${closeTime},"interval":"${code}",${prices},${volumes},"confirm":${closed},"timestamp":${eventTime}}],"ts":${eventTime},"type":"snapshot"}`;
}
