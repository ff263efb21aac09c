/**
 * The least that bare SQLite has to do for the same bursts: input and output in two transactions, both durable, the
 * output read back. Without a processor between, only one.
 */
import { serveSide } from '../../framework/serve-side.ts';
import { type BurstRun, Bursts, type DriverPlace } from '../bursts.ts';
import { benchRecord, transformed } from '../records.ts';
import { SqliteTable } from '../sqlite-table.ts';

const bursts = new Bursts();
let table: SqliteTable | undefined;
let place: DriverPlace | undefined;
let readUpTo = 0;

serveSide({
  open(given: DriverPlace) {
    place = given;
    table = new SqliteTable(given.directory ?? '');
  },
  run(run: BurstRun) {
    const { input, output } = place ?? { input: '', output: '' };
    return bursts.run(run, async (indexes, minute) => {
      if (table === undefined) throw new Error('not open');
      let records = indexes.map((index) => benchRecord(index, run.recordBytes, minute));
      if (input !== output) {
        table.append(input, records);
        records = [...table.after(readUpTo)].map((row) => ({ ...row, value: Buffer.from(row.value) }));
        readUpTo += records.length;
      }
      table.append(
        output,
        records.map((record) => ({ ...record, value: transformed(record.value) })),
        readUpTo,
      );
      for (const { id, key, value } of table.after(readUpTo)) {
        bursts.seen(key, value);
        readUpTo = id;
      }
    });
  },
});
