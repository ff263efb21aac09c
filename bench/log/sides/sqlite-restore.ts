/** Bare SQLite reads the same rows from one table and decodes with the same codec. */
import { decodeAs } from '@screener/events';
import { serveSide } from '../../framework/serve-side.ts';
import { CandleCount } from '../candles.ts';
import type { RestorePlace } from '../restore.ts';
import { SqliteTable } from '../sqlite-table.ts';

serveSide({
  restore({ directory }: RestorePlace) {
    const count = new CandleCount();
    const began = performance.now();
    const table = new SqliteTable(directory);
    for (const { value } of table.after(0)) count.add(decodeAs('KlineClosed', value));
    const elapsedMs = performance.now() - began;
    table.database.close();
    return { elapsedMs, output: count.toString() };
  },
});
