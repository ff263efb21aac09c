/** The embedded PostgreSQL for the time of a run: started first, stopped last, started anew when it ends by itself. */
import { reasonOf } from '@screener/errors';
import type { Logger, Shutdown } from '@screener/service';
import { startEmbeddedPostgres } from '@screener/storage';

export interface StartDatabase {
  readonly directory: string;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  readonly phase: (text: string) => void;
}

const RESTART_FIRST_MS = 250;
const RESTART_LONGEST_MS = 15_000;

/** Returns its address, which stays the same over restarts. */
export async function startDatabase({ directory, logger, shutdown, phase }: StartDatabase): Promise<string> {
  const notify = (text: string): void => logger.warn(text);
  let server = await startEmbeddedPostgres({ directory, notify });
  const { url, adopted } = server;
  const port = Number(new URL(url).port);
  const stopping = new AbortController();
  let restarting: Promise<void> | undefined;

  const watch = (): void => {
    server.failed.catch((cause: unknown) => {
      if (stopping.signal.aborted) return;
      logger.error(`PostgreSQL: ${reasonOf(cause)}; it is started again`, { cause });
      restarting = restart();
    });
  };
  const restart = async (): Promise<void> => {
    for (
      let delayMs = RESTART_FIRST_MS;
      !stopping.signal.aborted;
      delayMs = Math.min(delayMs * 2, RESTART_LONGEST_MS)
    ) {
      await waited(delayMs, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        server = await startEmbeddedPostgres({ directory, port, notify });
        watch();
        return;
      } catch (cause) {
        logger.error(`PostgreSQL: ${reasonOf(cause)}`, { cause });
      }
    }
  };
  watch();
  shutdown.add('PostgreSQL', async () => {
    stopping.abort();
    await restarting;
    await server.stop();
  });
  phase(`PostgreSQL ready${adopted ? ' (it had outlived the last run)' : ''}`);
  return url;
}

function waited(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
