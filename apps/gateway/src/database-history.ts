/** Candles older than memory, from the database that the sink fills. */
import { reasonOf } from '@screener/errors';
import type { Logger } from '@screener/service';
import { latestBars, openDatabase, type Pool } from '@screener/storage';
import type { CandleHistory } from './bars.ts';

export interface DatabaseHistory extends CandleHistory {
  close(): Promise<void>;
}

const CONNECTIONS = 4;
/** A chart does not wait longer for a database that is away. */
const READY_WITHIN_MS = 2_000;

/** Connects when the first chart asks: the gateway is ready whether the database is or not. */
export function databaseHistory(url: string, logger: Logger): DatabaseHistory {
  const stopped = new AbortController();
  let opening: Promise<Pool> | undefined;
  const open = (): Promise<Pool> => {
    opening ??= openDatabase({
      url,
      notify: (text) => logger.debug(text),
      readyWithinMs: READY_WITHIN_MS,
      connectionsMax: CONNECTIONS,
      signal: stopped.signal,
    });
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  return {
    async bars(instrument, minutes, limit, beforeMs) {
      try {
        return await latestBars(await open(), instrument, minutes, limit, beforeMs);
      } catch (cause) {
        // What memory holds is better than no chart.
        logger.warn(`older candles of ${instrument} cannot be read: ${reasonOf(cause)}`, { cause });
        return [];
      }
    },
    async close() {
      stopped.abort();
      const pool = await opening?.catch(() => undefined);
      await pool?.end();
    },
  };
}
