/** Whether a port can be had, or is held by a screener that runs already. */
import { ScreenerError } from '@screener/errors';
import { checkPortFree } from '../start/free-port.ts';
import type { Finding } from './finding.ts';

const ANSWER_WITHIN_MS = 2_000;

export async function examinePort(setting: string, host: string, port: number): Promise<Omit<Finding, 'check'>> {
  if (port === 0) return { verdict: 'ok', text: `${setting}: any free port of ${host}` };
  try {
    await checkPortFree(host, port);
    return { verdict: 'ok', text: `${setting}: ${host}:${port} is free` };
  } catch (cause) {
    const holder = await runningScreener(host, port);
    if (holder === undefined || !(cause instanceof ScreenerError && cause.code === 'PORT_IN_USE')) throw cause;
    return { verdict: 'ok', text: `${setting}: ${host}:${port} is held by ${holder}` };
  }
}

/** What the screener that listens there says of itself; undefined: it is no screener. */
async function runningScreener(host: string, port: number): Promise<string | undefined> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
  try {
    const answer = await fetch(`http://${reachable}:${port}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { app, instance, version, status } = (await answer.json()) as Readonly<Record<string, unknown>>;
    if ([app, instance, version, status].some((part) => typeof part !== 'string')) return undefined;
    return `${app} ${version} (${instance}), which is ${status}`;
  } catch {
    return undefined;
  }
}
