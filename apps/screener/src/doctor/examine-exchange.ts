/** Whether an exchange can be reached, over both of its addresses, and whether its clock and ours agree. */
import { connect as connectPlain } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { rootReasonOf } from '@screener/errors';
import type { ClockState, Exchange } from '@screener/exchanges';
import type { Finding } from './finding.ts';

/** Exchanges refuse signed requests that come from the future by more than that; what lag says is wrong by as much. */
const CLOCK_OFFSET_MS_MAX = 1_000;

type Found = Omit<Finding, 'check'>;

/** All at the same time, and closes them. */
export async function examineExchanges(exchanges: readonly Exchange[], withinMs: number): Promise<readonly Finding[]> {
  try {
    const found = await Promise.all(exchanges.map((exchange) => examineExchange(exchange, withinMs)));
    return found.flat();
  } finally {
    await Promise.all(exchanges.map((exchange) => exchange.close()));
  }
}

async function examineExchange(exchange: Exchange, withinMs: number): Promise<readonly Finding[]> {
  const { restBase, wsBase } = exchange.capabilities;
  const found = await Promise.all([
    within(withinMs, () => exchange.serverTime()).then(
      () => clockFound(exchange.clock(), restBase),
      (cause: unknown) => unreachable('REST', restBase, cause),
    ),
    within(withinMs, (signal) => connects(wsBase, signal)).then(
      (): Found => ({ verdict: 'ok', text: `streams: ${wsBase} takes connections` }),
      (cause: unknown) => unreachable('streams', wsBase, cause),
    ),
  ]);
  return found.map((each) => ({ check: `${exchange.exchange}:${exchange.market}`, ...each }));
}

/** No problem of the installation: a start without --live goes on with a simulated market. */
const unreachable = (what: string, address: string, cause: unknown): Found => ({
  verdict: 'warning',
  text: `${what}: ${address} cannot be reached: ${rootReasonOf(cause)}`,
});

function clockFound(clock: ClockState | undefined, restBase: string): Found {
  if (clock === undefined) return { verdict: 'warning', text: `REST: ${restBase} answers, but does not tell its time` };
  const { offsetMs, roundTripMs } = clock;
  const uncertainMs = roundTripMs / 2;
  const apart = `${Math.abs(Math.round(offsetMs))} ms ${offsetMs > 0 ? 'behind' : 'ahead of'} that of the exchange`;
  const text = `REST: ${restBase} answers in ${Math.round(roundTripMs)} ms; this machine's clock is ${apart}, ± ${Math.ceil(uncertainMs)} ms`;
  if (Math.abs(offsetMs) - uncertainMs <= CLOCK_OFFSET_MS_MAX) return { verdict: 'ok', text };
  return { verdict: 'warning', text: `${text}: set the clock of this machine, for example by NTP` };
}

/** Resolves once a connection of that kind stands; what is said on it is the business of the collector. */
function connects(address: string, signal: AbortSignal): Promise<void> {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'wss:';
  const to = { host, port: Number(port) || (secure ? 443 : 80) };
  return new Promise((resolve, reject) => {
    const socket = secure ? connectSecure({ ...to, servername: host }) : connectPlain(to);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      resolve();
      socket.destroy();
    });
    signal.addEventListener('abort', () => socket.destroy());
  });
}

/** Whoever takes longer is given up, and told to give up. */
async function within<T>(withinMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const givingUp = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`no answer within ${withinMs / 1_000} s`));
    givingUp.abort();
  }, withinMs);
  try {
    return await Promise.race([work(givingUp.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
