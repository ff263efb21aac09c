/** What can happen to a request. */
import type { RestCall } from '../rest-api.ts';
import type { FaultRow, FaultTools } from './active-fault.ts';

const minute = 60_000;

/** Only its paths, and only its symbols where it names some. */
function meant({ fault, open, hits }: FaultTools, { path, query }: RestCall): boolean {
  if (!open() || !path.startsWith(fault.path ?? '/')) return false;
  return fault.symbols === undefined || hits(query.get('symbol') ?? '');
}

/** 429 first; who asks again before Retry-After is over is banned with 418, and for longer. */
export const rateLimit: FaultRow = {
  durationMs: minute,
  start(tools) {
    const { fault, now, fired } = tools;
    const refusals = new Map<string, { readonly until: number; readonly banned: boolean }>();
    return {
      intercept(call) {
        const { address, response } = call;
        const earlier = refusals.get(address);
        if (earlier === undefined ? !meant(tools, call) : now() >= earlier.until) return false;
        fired();
        const banned = earlier !== undefined;
        const seconds = banned ? (fault.banSeconds ?? 120) : (fault.retryAfterSeconds ?? 10);
        const until = earlier?.banned ? earlier.until : now() + seconds * 1_000;
        refusals.set(address, { until, banned });
        const message = banned
          ? `Way too many requests; IP(${address}) banned until ${until}.`
          : `Too many requests; current limit of IP(${address}) is 2400 requests per minute.`;
        response.setHeader('content-type', 'application/json;charset=UTF-8');
        response.setHeader('retry-after', Math.max(1, Math.ceil((until - now()) / 1_000)));
        response.writeHead(banned ? 418 : 429).end(JSON.stringify({ code: -1003, msg: message }));
        return true;
      },
      busy: () => [...refusals.values()].some(({ until }) => now() < until),
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
      call.response.setHeader('content-type', 'application/json;charset=UTF-8');
      call.response.writeHead(status).end('{"code":-1001,"msg":"Internal error; unable to process your request."}');
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

const absurdities: readonly ((body: string) => string)[] = [
  (body) => body.replace(/^\[\[(\d+),"/, '[[$1,"-'),
  (body) => body.replace(/^\[\[(\d+),"[^"]*"/, '[[$1,"NaN"'),
  (body) => body.replace(/^\[\[(\d+),"[^"]*"/, '[[$1,1e400'),
  (body) => body.replace(/^\[\[(\d+),"([^"]*)","[^"]*"/, '[[$1,"$2","0.0"'),
];

export const restAbsurd: FaultRow = {
  durationMs: minute,
  start: (tools) => ({
    alter(call, body) {
      if (!body.startsWith('[[') || !meant(tools, call)) return body;
      const absurd = absurdities[tools.turn() % absurdities.length]?.(body) ?? body;
      tools.fired();
      return absurd;
    },
  }),
};
