/** The same appends by hand. */
import { serveSide } from '../../framework/serve-side.ts';
import type { AppendRun } from '../embedded-append.ts';
import { benchRecord, KeyedDigest } from '../records.ts';
import { SqliteTable } from '../sqlite-table.ts';

serveSide({
  append({ directory, batches, batchRecords, recordBytes }: AppendRun) {
    const table = new SqliteTable(directory);
    const prepared = Array.from({ length: batches * batchRecords }, (_, index) => benchRecord(index, recordBytes));
    const began = performance.now();
    for (let begin = 0; begin < prepared.length; begin += batchRecords) {
      table.append('appended', prepared.slice(begin, begin + batchRecords));
    }
    const elapsedMs = performance.now() - began;
    const digest = new KeyedDigest();
    for (const { key, value } of table.after(0)) digest.add(key, value);
    table.database.close();
    return { elapsedMs, output: digest.toString() };
  },
});
