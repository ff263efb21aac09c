/**
 * The least that bare SQLite has to do for a minute: candles and outputs of the same size in two durable transactions, each read
 * back.
 */
import { serveSide } from '../../framework/serve-side.ts';
import { benchRecord } from '../../log/records.ts';
import { SqliteTable } from '../../log/sqlite-table.ts';
import { type LaneRun, MinuteLane } from '../minute-lane.ts';
import type { MarketSize } from '../simulated-minutes.ts';

interface SqlitePlace {
  readonly directory: string;
  readonly size: MarketSize;
  readonly recordBytes: number;
}

let lane: MinuteLane | undefined;

serveSide({
  open({ directory, size, recordBytes }: SqlitePlace) {
    const table = new SqliteTable(directory);
    let readUpTo = 0;
    const opened = new MinuteLane(
      {
        async append(records) {
          table.append(
            'input',
            records.map(({ key, value, timestamp }) => ({
              key: key ?? '',
              value: Buffer.from(value ?? []),
              timestamp,
            })),
          );
          setImmediate(handOn);
        },
      },
      { input: 'input', output: 'output', size },
    );
    const handOn = (): void => {
      const read = [...table.after(readUpTo)];
      const outputs = read.flatMap(({ key }, index) =>
        key === '' ? [] : [{ ...benchRecord(index, recordBytes), key }],
      );
      readUpTo += read.length;
      table.append('output', outputs, readUpTo);
      for (const { id, key, value } of table.after(readUpTo)) {
        opened.seen(key, value);
        readUpTo = id;
      }
    };
    lane = opened;
  },
  run: (run: LaneRun) => lane?.run(run),
});
