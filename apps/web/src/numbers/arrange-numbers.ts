import type { MetricDescription, NamedNumber } from '../model.ts';

export interface NumberCell {
  /** As rules write it. */
  readonly name: string;
  readonly about: string;
  readonly unit: MetricDescription['unit'];
  /** undefined: there is none. */
  readonly value: number | undefined;
}

/** The same number over several windows or bars. */
export interface NumberRow {
  /** What its names have in common: `change` of `change_1h`. */
  readonly stem: string;
  /** In the order of the columns; null where the number does not exist for a column. */
  readonly cells: readonly (NumberCell | null)[];
}

export interface NumberSection {
  readonly source: MetricDescription['source'];
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly NumberRow[];
}

const titles = {
  price: 'Price',
  window: 'Rolling windows',
  statistic: 'Against the last day',
  indicator: 'Indicators, as of the last closed bar',
} as const;

const sectionOrder = ['window', 'statistic', 'indicator'] as const;

const unitMinutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440, w: 10_080 };

/** 90 of `90m`, 480 of `8h`: columns stand in the order of their lengths. */
export function minutesOf(interval: string): number {
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(interval) ?? [];
  return Number(count) * (unitMinutes[unit ?? ''] ?? Number.NaN);
}

/** The table of all numbers as sections of rows and columns, whatever numbers there are. */
export function arrangeNumbers(
  table: readonly MetricDescription[],
  numbers: readonly NamedNumber[],
): readonly NumberSection[] {
  const values = new Map(numbers.map(({ name, value }) => [name, value]));
  return sectionOrder.flatMap((source) => {
    const metrics = table.filter((metric) => metric.source === source);
    const columns = [...new Set(metrics.flatMap(({ interval }) => interval ?? []))].sort(
      (one, other) => minutesOf(one) - minutesOf(other),
    );
    const rows = new Map<string, (NumberCell | null)[]>();
    for (const { name, about, unit, interval } of metrics) {
      if (interval === null) continue;
      const stem = name.endsWith(`_${interval}`) ? name.slice(0, -interval.length - 1) : name;
      const cells = rows.get(stem) ?? columns.map(() => null);
      cells[columns.indexOf(interval)] = { name, about, unit, value: values.get(name) };
      rows.set(stem, cells);
    }
    if (rows.size === 0) return [];
    return [{ source, title: titles[source], columns, rows: Array.from(rows, ([stem, cells]) => ({ stem, cells })) }];
  });
}
