/** OKX v5, perpetual swaps and spot. */
import type { GateRules } from '../../rest/request-gate.ts';
import type { Dialect } from '../dialect.ts';
import { type OkxMarket, okxAnswer, problem } from './rest-answers.ts';
import { okxStreams } from './streams.ts';

const windowMs = 2_000;
const limit = (paths: RegExp, count: number) => ({ paths, count, windowMs, sliding: true });

/** Every path has a limit of its own; nobody is banned, and no header says how long to wait. */
const gate: GateRules = {
  limits: [
    limit(/\/market\/candles$/, 40),
    limit(/\/market\/history-candles$/, 20),
    limit(/\/public\/instruments$/, 20),
    limit(/\/market\/tickers?$/, 20),
    limit(/\/public\/time$/, 10),
  ],
  weigh: () => 1,
  headers: () => ({}),
  first: 'wait',
  refuse: () => ({ status: 429, body: problem('50011', 'Too Many Requests') }),
};

const dialectOf = (market: OkxMarket): Dialect => ({
  name: `okx-${market}`,
  title: `OKX ${market}`,
  symbolOf: (base, quote) => `${base}-${quote}${market === 'swap' ? '-SWAP' : ''}`,
  frameEveryMs: 1_000,
  rest: {
    contentType: 'application/json',
    answer: (path, query, view) => okxAnswer(market, path, query, view),
    getOnly: { status: 405, body: problem('50115', 'Invalid request method.') },
  },
  gate,
  streams: okxStreams(market),
  faults: {
    impossible: ['merged-markets'],
    unknownStatus: 'auction',
    serverError: { body: problem('50001', 'Service temporarily unavailable. Please try again later.') },
    shutdown: () =>
      '{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"00000000"}',
    breaks: [
      (text) => text.slice(0, text.length >> 1),
      () => 'upstream connect error',
      (text) => text.replace('"data":', '"candles":'),
      (text) => text.replace(/\[\["(\d+)"/, '[[$1'),
      () => '{"arg":{"channel":"candle1m"}}',
      (text) => text.replace(/,"[01]"\]\]/, ',"2"]]'),
    ],
  },
});

export const okxSwap = dialectOf('swap');
export const okxSpot = dialectOf('spot');
