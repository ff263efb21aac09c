import type { MinuteRing } from '../minute-ring.ts';
import type { MinuteStatistic } from './minute-statistic.ts';
import { type Statistics, statisticTable } from './statistic-table.ts';

const names = statisticTable.map(({ name }) => name);

/** All statistics of one instrument. */
export class DayStatistics {
  readonly #each: readonly MinuteStatistic[];

  constructor(ring: MinuteRing) {
    this.#each = statisticTable.map((row) => row.create(ring));
  }

  leave(entering: number): void {
    for (const each of this.#each) each.leave(entering);
  }

  enter(minute: number): void {
    for (const each of this.#each) each.enter(minute);
  }

  rebuild(): void {
    for (const each of this.#each) each.rebuild();
  }

  /** undefined while none is there. */
  read(): Statistics | undefined {
    const values: Record<string, number | undefined> = {};
    let isWarm = false;
    for (let place = 0; place < names.length; place++) {
      const value = (this.#each[place] as MinuteStatistic).value();
      const isThere = !Number.isNaN(value);
      values[names[place] as string] = isThere ? value : undefined;
      isWarm ||= isThere;
    }
    return isWarm ? values : undefined;
  }
}
