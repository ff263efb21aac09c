/** Live exchange where it can be reached within 5 s, otherwise the simulator, and why. */
import { rootReasonOf, ScreenerError } from '@screener/errors';
import type { Source } from '../open-project-log.ts';
import type { Probe } from './collected-exchanges.ts';

export interface SourceChoice {
  readonly source: Source;
  /** One line for people. */
  readonly reason: string;
}

export interface ChooseSourceOptions {
  readonly live: boolean;
  readonly demo: boolean;
  readonly probe: Probe;
  readonly withinMs?: number;
}

export async function chooseSource({
  live,
  demo,
  probe,
  withinMs = 5_000,
}: ChooseSourceOptions): Promise<SourceChoice> {
  if (live && demo)
    throw new ScreenerError('OPTION_INVALID', {
      option: '--live',
      found: '--live --demo',
      expected: 'one of the two',
      example: '--demo',
    });
  const { exchange, url } = probe;
  if (demo) return { source: 'demo', reason: 'simulated market, as asked for with --demo' };
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    await answer.body?.cancel();
    // At the root of an API there may be nothing, but it is somebody who says so.
    if (!answer.ok && (url.pathname !== '/' || answer.status >= 500)) throw new Error(`it answered ${answer.status}`);
    return { source: 'live', reason: `live market from ${url.host}` };
  } catch (cause) {
    const reason = rootReason(cause);
    if (live) throw new ScreenerError('EXCHANGE_UNREACHABLE', { exchange, address: url.origin, reason }, { cause });
    return {
      source: 'demo',
      reason: `${url.host} cannot be reached (${reason}), so the market is SIMULATED; --live insists on the real one`,
    };
  }
}

const rootReason = (cause: unknown): string =>
  cause instanceof DOMException && cause.name === 'TimeoutError' ? 'no answer within 5 s' : rootReasonOf(cause);
