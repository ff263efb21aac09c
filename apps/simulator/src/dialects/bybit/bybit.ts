/** Bybit v5, linear contracts and spot. */
import type { GateRules } from '../../rest/request-gate.ts';
import type { Dialect } from '../dialect.ts';
import { type BybitCategory, bybitAnswer, envelope } from './rest-answers.ts';
import { bybitStreams } from './streams.ts';

/** Whoever asks too fast is locked out for ten minutes, and longer if it goes on. */
const gate: GateRules = {
  limits: [{ count: 600, windowMs: 5_000, sliding: true }],
  weigh: () => 1,
  headers: () => ({}),
  first: 'ban',
  banMs: () => 600_000,
  refuse: () => ({
    status: 403,
    headers: { 'content-type': 'text/html' },
    body: '<html><head><title>403 Forbidden</title></head><body>access too frequent</body></html>',
  }),
};

const dialectOf = (category: BybitCategory): Dialect => ({
  name: `bybit-${category}`,
  title: `Bybit ${category}`,
  symbolOf: (base, quote) => `${base}${quote}`,
  frameEveryMs: 1_000,
  rest: {
    contentType: 'application/json; charset=utf-8',
    answer: (path, query, view) => bybitAnswer(category, path, query, view),
    getOnly: { status: 404, body: envelope(10_404, 'openapi: path not found', {}, 0) },
  },
  gate,
  streams: bybitStreams(category),
  faults: {
    impossible: ['merged-markets', 'server-shutdown'],
    unknownStatus: 'Paused',
    serverError: { body: envelope(10_016, 'Internal System Error.', {}, 0) },
    shutdown: () => undefined,
    breaks: [
      (text) => text.slice(0, text.length >> 1),
      () => 'upstream connect error',
      (text) => text.replace('"data":', '"candles":'),
      (text) => text.replace(/"start":(\d+)/, '"start":"$1"'),
      () => '{"topic":"kline.1"}',
      (text) => text.replace('"type":"snapshot"', '"type":"restatement"'),
    ],
  },
});

export const bybitLinear = dialectOf('linear');
export const bybitSpot = dialectOf('spot');
