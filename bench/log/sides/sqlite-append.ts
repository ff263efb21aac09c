/** The same appends by hand. */
import { serveSide } from '../../framework/serve-side.ts';
import type { AppendPlace } from '../embedded-append.ts';
import { type BenchRecord, KeyedDigest, preparedBatches } from '../records.ts';
import { SqliteTable } from '../sqlite-table.ts';

let table: SqliteTable | undefined;
let prepared: readonly (readonly BenchRecord[])[] = [];
let next = 0;

serveSide({
  open({ directory, batchRecords, recordBytes }: AppendPlace) {
    table = new SqliteTable(directory);
    prepared = preparedBatches(batchRecords, recordBytes);
  },
  append(batches: number) {
    const began = performance.now();
    for (let batch = 0; batch < batches; batch += 1) {
      table?.append('appended', prepared[next % prepared.length] ?? []);
      next += 1;
    }
    return performance.now() - began;
  },
  digest() {
    const digest = new KeyedDigest();
    for (const { key, value } of table?.after(0) ?? []) digest.add(key, value);
    return digest.toString();
  },
});
