/** What can happen to a request. */
import type { RestCall } from '../rest/rest-api.ts';
import { absurdities } from './absurdities.ts';
import type { FaultRow, FaultTools } from './active-fault.ts';

const minute = 60_000;
/** Whom somebody else at the same address got banned. */
const banned = 418;

/** Only its paths, and only its symbols where it names some. */
function meant({ fault, open, hits }: FaultTools, call: RestCall): boolean {
  if (!open() || !call.path.startsWith(fault.path ?? '/')) return false;
  return fault.symbols === undefined || hits(symbolOf(call));
}

/** Symbols go by several names in a query. */
const symbolOf = ({ query }: RestCall): string => query.get('symbol') ?? query.get('instId') ?? '';

/** Too much is refused; who asks again before the time it was told is banned, where the exchange bans. */
export const rateLimit: FaultRow = {
  durationMs: minute,
  start(tools) {
    const { fault, gate, fired } = tools;
    const refused = new Set<string>();
    return {
      asked(call) {
        const { address } = call;
        if (gate.refuses(address)) {
          if (refused.has(address)) fired();
          return;
        }
        // Who has waited is forgiven.
        if (refused.has(address) || !meant(tools, call)) return;
        const banMs = fault.banSeconds === undefined ? undefined : fault.banSeconds * 1_000;
        const atOnce = fault.httpStatus === banned || undefined;
        gate.penalise(address, (fault.retryAfterSeconds ?? 10) * 1_000, banMs, atOnce);
        refused.add(address);
        fired();
      },
      busy: () => [...refused].some((address) => gate.refuses(address)),
    };
  },
};

export const restHtml: FaultRow = {
  durationMs: minute,
  start: (tools) => ({
    intercept(call) {
      if (!meant(tools, call)) return false;
      tools.fired();
      call.response.setHeader('content-type', 'text/html');
      const status = tools.fault.httpStatus ?? 200;
      call.response.writeHead(status).end('<html><body><h1>We will be back soon</h1></body></html>');
      return true;
    },
  }),
};

const serverErrors = [500, 502, 503, 504];

export const restError: FaultRow = {
  durationMs: minute,
  start: (tools) => ({
    intercept(call) {
      if (!meant(tools, call)) return false;
      const status = tools.fault.httpStatus ?? serverErrors[tools.turn() % serverErrors.length] ?? 500;
      tools.fired();
      call.response.setHeader('content-type', tools.dialect.rest.contentType);
      call.response.writeHead(status).end(tools.dialect.faults.serverError.body);
      return true;
    },
  }),
};

/** The request is taken and never answered. */
export const restTimeout: FaultRow = {
  durationMs: minute,
  start: (tools) => ({
    intercept(call) {
      if (!meant(tools, call)) return false;
      tools.fired();
      return true;
    },
  }),
};

export const restMalformed: FaultRow = {
  durationMs: minute,
  start: (tools) => ({
    alter(call, body) {
      if (!meant(tools, call)) return body;
      tools.fired();
      return body.slice(0, body.length >> 1);
    },
  }),
};

export const restAbsurd: FaultRow = {
  durationMs: minute,
  start: (tools) => ({
    alterCandle(call, candle) {
      if (!meant(tools, call)) return candle;
      const absurd = absurdities[tools.turn() % absurdities.length]?.(candle) ?? candle;
      tools.fired();
      return absurd;
    },
  }),
};

/** The newest candles are not there yet: REST lags behind the streams. */
export const restBehind: FaultRow = {
  durationMs: 2 * minute,
  start: (tools) => ({
    behindMs(call) {
      if (!meant(tools, call)) return 0;
      tools.fired();
      return tools.fault.delayMs ?? 90_000;
    },
  }),
};
