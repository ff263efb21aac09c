/** The REST side of the simulated exchange, worded as the real one words it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MINUTE_MS } from '@screener/market';
import { type Dialect, klinesDefault } from './dialect.ts';
import { printed } from './ledger.ts';
import type { RequestGate } from './request-gate.ts';
import type { MarketTruth } from './truth.ts';

export interface RestOptions {
  readonly market: MarketTruth;
  readonly dialect: Dialect;
  readonly now: () => number;
  readonly gate: RequestGate;
  /** Comes between the client and the answer; none on the honest path. */
  readonly seam?: RestSeam;
}

export interface RestCall {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly address: string;
  readonly response: ServerResponse;
}

export interface RestSeam {
  /** True: answered (or left hanging) already. */
  intercept(call: RestCall): boolean;
  alter(call: RestCall, body: string): string;
  /** How far the exchange's clock is off. */
  skewMs(): number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

type Query = URLSearchParams;

const dayMinutes = 1_440;

export class RestApi {
  readonly #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://exchange');
    const { restPrefix, weightOf } = this.#options.dialect;
    const path = pathname.startsWith(`${restPrefix}/`) ? pathname.slice(restPrefix.length) : '';
    const weight = weightOf(path, searchParams);
    const address = request.socket.remoteAddress ?? 'unknown';
    const { seam } = this.#options;
    const call: RestCall = { path: pathname, query: searchParams, address, response };
    if (seam?.intercept(call)) return;
    const { usedWeight, refusal } = this.#options.gate.admit(address, pathname, weight);
    response.setHeader('content-type', 'application/json;charset=UTF-8');
    response.setHeader('date', new Date(this.#serverTime()).toUTCString());
    response.setHeader('x-mbx-used-weight-1m', usedWeight);
    if (refusal !== undefined) {
      response.setHeader('retry-after', refusal.retryAfterSeconds);
      response.writeHead(refusal.status).end(problem(refusal.code, refusal.message));
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(405).end(problem(-1000, 'This simulator answers GET only.'));
      return;
    }
    const { status, body } = this.#answer(path, pathname, searchParams);
    response.writeHead(status).end(seam?.alter(call, body) ?? body);
  };

  #serverTime(): number {
    return this.#options.now() + (this.#options.seam?.skewMs() ?? 0);
  }

  #answer(path: string, asked: string, query: Query): Answer {
    switch (path) {
      case '/ping':
        return ok('{}');
      case '/time':
        return ok(JSON.stringify({ serverTime: this.#serverTime() }));
      case '/exchangeInfo':
        return ok(this.#exchangeInfo());
      case '/klines':
        return this.#klines(query);
      case '/ticker/24hr':
        return this.#tickers(query);
      default:
        return { status: 404, body: problem(-5000, `Path ${asked}, Method GET is invalid`) };
    }
  }

  #exchangeInfo(): string {
    const { market, now, dialect } = this.#options;
    const listed = market.instruments.filter(({ symbol }) => market.known(symbol, now()));
    const symbols = listed.map((instrument) => {
      const tickSize = (10 ** -instrument.priceDecimals).toFixed(instrument.priceDecimals);
      const stepSize = (10 ** -instrument.amountDecimals).toFixed(instrument.amountDecimals);
      return {
        symbol: instrument.symbol,
        status: market.statusAt(instrument.symbol, now()),
        baseAsset: instrument.base,
        quoteAsset: instrument.quote,
        ...dialect.describe(instrument),
        filters: [
          { filterType: 'PRICE_FILTER', tickSize, minPrice: tickSize, maxPrice: '1000000' },
          { filterType: 'LOT_SIZE', stepSize, minQty: stepSize, maxQty: '1000000000' },
        ],
      };
    });
    const limit = dialect.weightPerMinute;
    return JSON.stringify({
      timezone: 'UTC',
      serverTime: this.#serverTime(),
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit }],
      exchangeFilters: [],
      ...dialect.about,
      symbols,
    });
  }

  #klines(query: Query): Answer {
    const { market, now } = this.#options;
    const symbol = query.get('symbol');
    if (!symbol) return bad(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
    const instrument = market.instrument(symbol);
    if (instrument === undefined || !market.known(symbol, now())) return bad(-1121, 'Invalid symbol.');
    if (query.get('interval') !== '1m') return bad(-1120, 'Invalid interval.');
    const limit = whole(query, 'limit', klinesDefault);
    const startTime = whole(query, 'startTime', undefined);
    const endTime = whole(query, 'endTime', undefined);
    if (Number.isNaN(limit) || Number.isNaN(startTime) || Number.isNaN(endTime) || (limit ?? 0) < 1) {
      return bad(-1100, "Illegal characters found in parameter; legal range is '^[0-9]{1,20}$'.");
    }
    if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
      return bad(-1101, 'Start time is greater than end time.');
    }
    const count = Math.min(limit ?? klinesDefault, this.#options.dialect.klinesMax);
    const newest = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
    let last = Math.min(newest, endTime ?? newest);
    const first = Math.ceil(Math.max(startTime ?? 0, instrument.listedAt) / MINUTE_MS) * MINUTE_MS;
    last = Math.floor(last / MINUTE_MS) * MINUTE_MS;
    // With a start the oldest `count` are given, without one the newest, as the exchange does.
    const rows: string[] = [];
    if (startTime !== undefined) {
      for (let time = first; time <= last && rows.length < count; time += MINUTE_MS) {
        if (market.has(symbol, time)) rows.push(this.#row(symbol, time));
      }
    } else {
      for (let time = last; time >= first && rows.length < count; time -= MINUTE_MS) {
        if (market.has(symbol, time)) rows.push(this.#row(symbol, time));
      }
      rows.reverse();
    }
    return ok(`[${rows.join(',')}]`);
  }

  #row(symbol: string, openTime: number): string {
    const { market, now } = this.#options;
    const instrument = market.instrument(symbol);
    if (instrument === undefined) return '';
    const units = market.candle(symbol, openTime, stepsDone(openTime, now()));
    const candle = printed(units, instrument.priceDecimals, instrument.amountDecimals);
    const { open, high, low, close, volume, quoteVolume, trades, takerBuyVolume, takerBuyQuoteVolume } = candle;
    return `[${openTime},"${open}","${high}","${low}","${close}","${volume}",${openTime + MINUTE_MS - 1},"${quoteVolume}",${trades},"${takerBuyVolume}","${takerBuyQuoteVolume}","0"]`;
  }

  #tickers(query: Query): Answer {
    const { market, now } = this.#options;
    const symbol = query.get('symbol');
    if (symbol !== null && !market.known(symbol, now())) return bad(-1121, 'Invalid symbol.');
    const newest = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
    const tickers = market.instruments
      .filter((listed) => (symbol === null ? market.known(listed.symbol, now()) : listed.symbol === symbol))
      .map((instrument) => this.#ticker(instrument.symbol, newest))
      .filter((ticker) => ticker !== undefined);
    return ok(JSON.stringify(symbol === null ? tickers : (tickers[0] ?? {})));
  }

  /** Over the last 1,440 closed minutes; undefined where nothing was traded in them. */
  #ticker(symbol: string, newest: number): Readonly<Record<string, string | number>> | undefined {
    const { market } = this.#options;
    const instrument = market.instrument(symbol);
    if (instrument === undefined) return undefined;
    const { priceDecimals, amountDecimals } = instrument;
    let openTime = newest - dayMinutes * MINUTE_MS;
    while (openTime < newest && !market.has(symbol, openTime)) openTime += MINUTE_MS;
    if (openTime >= newest) return undefined;
    const first = market.candle(symbol, openTime);
    let [high, low, amount, value, trades, close] = [first.high, first.low, 0, 0, 0, first.close];
    for (let time = openTime; time < newest; time += MINUTE_MS) {
      if (!market.has(symbol, time)) continue;
      const candle = market.candle(symbol, time);
      high = Math.max(high, candle.high);
      low = Math.min(low, candle.low);
      amount += candle.amount;
      value += candle.value;
      trades += candle.trades;
      close = candle.close;
    }
    const scale = 10 ** priceDecimals;
    return {
      symbol,
      priceChange: ((close - first.open) / scale).toFixed(priceDecimals),
      priceChangePercent: (((close - first.open) / first.open) * 100).toFixed(3),
      weightedAvgPrice: (amount === 0 ? close / scale : value / amount / scale).toFixed(priceDecimals),
      lastPrice: (close / scale).toFixed(priceDecimals),
      openPrice: (first.open / scale).toFixed(priceDecimals),
      highPrice: (high / scale).toFixed(priceDecimals),
      lowPrice: (low / scale).toFixed(priceDecimals),
      volume: (amount / 10 ** amountDecimals).toFixed(amountDecimals),
      quoteVolume: (value / 10 ** (priceDecimals + amountDecimals)).toFixed(2),
      openTime,
      closeTime: newest - 1,
      count: trades,
    };
  }
}

/** How many of a minute's steps have happened at a time; all of them when it is over. */
export const stepsDone = (openTime: number, now: number): number =>
  Math.max(1, Math.min(64, Math.floor(((now - openTime) / MINUTE_MS) * 64) + 1));

const ok = (body: string): Answer => ({ status: 200, body });
const bad = (code: number, message: string): Answer => ({ status: 400, body: problem(code, message) });
const problem = (code: number, msg: string): string => JSON.stringify({ code, msg });

function whole(query: Query, name: string, missing: number | undefined): number | undefined {
  const text = query.get(name);
  if (text === null) return missing;
  return /^[0-9]{1,20}$/.test(text) ? Number(text) : Number.NaN;
}
