/** Takes requests, lets the gate and the faults have their say, and answers in the words of the dialect. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reasonOf } from '@screener/errors';
import type { BarRange, Bars } from '../bars.ts';
import type { SimulatedInstrument } from '../catalogue.ts';
import type { DayTickers } from '../day-tickers.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Interval } from '../intervals.ts';
import type { MarketTruth } from '../truth.ts';
import type { PrintedCandle } from '../units.ts';
import type { RequestGate } from './request-gate.ts';
import type { Answer, ExchangeView } from './rest-dialect.ts';

export interface RestOptions {
  readonly market: MarketTruth;
  readonly bars: Bars;
  readonly tickers: DayTickers;
  readonly dialect: Dialect;
  readonly now: () => number;
  readonly gate: RequestGate;
  readonly seam: RestSeam;
  readonly notify: (text: string) => void;
}

export interface RestCall {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly address: string;
  readonly response: ServerResponse;
}

/** Where faults come in, between the client and the answer. */
export interface RestSeam {
  /** Before anything is counted; may have the gate refuse. */
  asked(call: RestCall): void;
  /** True: answered (or left hanging) already. */
  intercept(call: RestCall): boolean;
  alter(call: RestCall, body: string): string;
  /** The first candle of an answer. */
  alterCandle(call: RestCall, candle: PrintedCandle): PrintedCandle;
  /** How far the exchange's clock is off. */
  skewMs(): number;
  /** Candles of so much time are not known to REST yet. */
  behindMs(call: RestCall): number;
}

export class RestApi {
  readonly #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { dialect, gate, seam } = this.#options;
    const url = URL.parse(request.url ?? '/', 'http://exchange');
    if (url === null) {
      response.writeHead(400).end();
      return;
    }
    const { pathname, searchParams } = url;
    const address = request.socket.remoteAddress ?? 'unknown';
    const call: RestCall = { path: pathname, query: searchParams, address, response };
    response.on('error', () => response.destroy());
    seam.asked(call);
    const { headers, refusal } = gate.admit(address, pathname, searchParams);
    if (refusal === undefined && seam.intercept(call)) return;
    response.setHeader('content-type', dialect.rest.contentType);
    response.setHeader('date', new Date(this.#serverTime()).toUTCString());
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (refusal !== undefined) send(response, refusal);
    else if (request.method !== 'GET') send(response, dialect.rest.getOnly);
    else void this.#answer(call);
  };

  async #answer(call: RestCall): Promise<void> {
    const { dialect, seam } = this.#options;
    let answer: Answer;
    try {
      answer = await dialect.rest.answer(call.path, call.query, this.#view(call));
    } catch (thrown) {
      // A mistake of ours: the client hears of it, the exchange goes on.
      this.#options.notify(`${call.path} cannot be answered: ${reasonOf(thrown)}`);
      answer = { ...dialect.faults.serverError, status: 500 };
    }
    if (!call.response.destroyed) send(call.response, { ...answer, body: seam.alter(call, answer.body) });
  }

  #serverTime(): number {
    return this.#options.now() + this.#options.seam.skewMs();
  }

  #view(call: RestCall): ExchangeView {
    const { market, bars, tickers, now, seam } = this.#options;
    return {
      market,
      now,
      serverTime: () => this.#serverTime(),
      listed: () => market.instruments.filter(({ symbol }) => market.known(symbol, now())),
      instrument: (symbol) => (market.known(symbol, now()) ? market.instrument(symbol) : undefined),
      ticker: (instrument) => tickers.of(instrument),
      async candles(instrument: SimulatedInstrument, interval: Interval, range: BarRange) {
        const hiddenMs = seam.behindMs(call);
        const last = hiddenMs === 0 ? range.last : Math.min(range.last, now() - hiddenMs);
        const found = await bars.list(instrument, interval, { ...range, last });
        if (found[0] !== undefined) found[0] = seam.alterCandle(call, found[0]);
        return found;
      },
    };
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(status).end(body);
}
