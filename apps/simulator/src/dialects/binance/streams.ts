/**
 * WebSocket of Binance. On USD-M futures klines live under /market since 2026-04-23; the old unrouted paths (and
 * /public, /private) connect, acknowledge and stay silent. Spot has no such routes.
 */
import { plainIntervals } from '../../intervals.ts';
import type { Connection } from '../../streams/connection.ts';
import {
  type Channel,
  type KlineEvent,
  type Opening,
  requestOf,
  type StreamDialect,
  type StreamHost,
} from '../../streams/stream-dialect.ts';

export interface BinanceStreams {
  readonly routed: boolean;
  readonly messagesPerSecond: number;
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
  /** Between the fields of a candle. */
  readonly gap: string;
  number(text: string): string;
  /** Whether listings and settlements are announced. */
  readonly contracts: boolean;
}

const minute = 60_000;
const day = 1_440 * minute;
const route = /^(?:\/(market|public|private))?\/(ws|stream)(?:\/(.*))?$/;
const streamsPerConnectionMax = 1_024;
const deliveryDate = 4_133_404_800_000;
const news = '!contractInfo';
const allTickers = '!miniTicker@arr';
const contractStatuses = { trading: 'TRADING', halted: 'PENDING_TRADING', delisted: 'SETTLING' } as const;

export const binanceStreams = (market: BinanceStreams): StreamDialect => ({
  limits: {
    connections: { count: 300, windowMs: 5 * minute },
    refusedStatus: 429,
    messages: { count: market.messagesPerSecond, windowMs: 1_000 },
    streamsPerConnectionMax,
    lifetimeMs: day,
    ping: { everyMs: market.pingEveryMs, pongWithinMs: market.pongWithinMs },
  },
  open: (path, query) => open(market.routed, path, query),
  message,
  channel,
  klineName: (symbol) => `${symbol.toLowerCase()}@kline_1m`,
  kline: (event) => klineEvent(market, event),
  tickersEveryMs: 1_000,
  tickers: (changed, eventTime) =>
    `[${changed
      .map(({ instrument: { symbol, priceDecimals, amountDecimals }, close, open, high, low, volume, quoteVolume }) => {
        const price = (ticks: number): string => market.number((ticks / 10 ** priceDecimals).toFixed(priceDecimals));
        const prices = `"c":"${price(close)}","o":"${price(open)}","h":"${price(high)}","l":"${price(low)}"`;
        const volumes = `"v":"${market.number(volume.toFixed(amountDecimals))}","q":"${market.number(quoteVolume.toFixed(2))}"`;
        return `{"e":"24hrMiniTicker","E":${eventTime},"s":${JSON.stringify(symbol)},${prices},${volumes}}`;
      })
      .join(',')}]`,
  ...(market.contracts && {
    news({ symbol, listedAt }, status, eventTime) {
      const event = { e: 'contractInfo', E: eventTime, s: symbol, ps: symbol, ct: 'PERPETUAL', dt: deliveryDate };
      return { stream: news, text: JSON.stringify({ ...event, ot: listedAt, cs: contractStatuses[status] }) };
    },
  }),
});

function open(routed: boolean, path: string, query: URLSearchParams): Opening | undefined {
  const match = route.exec(path);
  if (match === null || (!routed && match[1] !== undefined)) return undefined;
  const [, family, kind, names = ''] = match;
  const asked = kind === 'stream' ? (query.get('streams') ?? '') : safelyDecoded(names);
  return {
    streams: asked.split('/').filter((name) => name !== ''),
    combined: kind === 'stream',
    silent: routed && family !== 'market',
    endpoint: family ?? '',
  };
}

function message(connection: Connection, text: string, host: StreamHost): void {
  const request = requestOf(text);
  if (request === undefined) {
    host.say(connection, '{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}');
    return;
  }
  const id = request.id ?? null;
  const names = Array.isArray(request.params) ? request.params.map(String) : [];
  const answer = (body: object): void => host.say(connection, JSON.stringify({ ...body, id }));
  if (request.method === 'SUBSCRIBE') {
    if (connection.streams.size + names.length > streamsPerConnectionMax) {
      answer({ error: { code: 2, msg: `Invalid request: too many streams, at most ${streamsPerConnectionMax}` } });
      return;
    }
    host.subscribe(connection, names);
    answer({ result: null });
  } else if (request.method === 'UNSUBSCRIBE') {
    host.unsubscribe(connection, names);
    answer({ result: null });
  } else if (request.method === 'LIST_SUBSCRIPTIONS') answer({ result: [...connection.streams] });
  else answer({ error: { code: 2, msg: 'Invalid request: unknown variant of method' } });
}

function channel(name: string): Channel | undefined {
  if (name === allTickers) return { kind: 'all-tickers' };
  if (name === news) return { kind: 'news' };
  const cut = name.lastIndexOf('@kline_');
  const code = name.slice(cut + '@kline_'.length);
  const interval = cut > 0 ? plainIntervals.get(code) : undefined;
  // Names are lower case, symbols upper case, in any script.
  return interval && { kind: 'kline', symbol: name.slice(0, cut).toUpperCase(), code, interval };
}

function klineEvent(
  { gap, number }: BinanceStreams,
  { instrument, code, candle, closed, eventTime }: KlineEvent,
): string {
  const { openTime, closeTime, open: first, high, low, close, volume, quoteVolume, trades, firstTrade } = candle;
  const name = JSON.stringify(instrument.symbol);
  const lastTrade = trades === 0 ? -1 : firstTrade + trades - 1;
  const ids = `"f":${trades === 0 ? -1 : firstTrade},${gap}"L":${lastTrade}`;
  const prices = `"o":"${number(first)}",${gap}"c":"${number(close)}",${gap}"h":"${number(high)}",${gap}"l":"${number(low)}"`;
  const taker = `"V":"${number(candle.takerBuyVolume)}",${gap}"Q":"${number(candle.takerBuyQuoteVolume)}"`;
  return `{"e":"kline","E":${eventTime},"s":${name},"k":{"t":${openTime},${gap}"T":${closeTime},${gap}"s":${name},${gap}"i":"${code}",${gap}${ids},${gap}${prices},${gap}"v":"${number(volume)}",${gap}"n":${trades},${gap}"x":${closed},${gap}"q":"${number(quoteVolume)}",${gap}${taker},${gap}"B":"0"}}`;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
