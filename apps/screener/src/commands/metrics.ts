import { ScreenerError } from '@screener/errors';
import {
  type CandleNeed,
  type ChangeBasis,
  type FlatMetric,
  flatMetricTableWith,
  InstrumentState,
  MINUTE_MS,
  type MinuteMetrics,
  windowsWith,
} from '@screener/market';
import { readSettings } from '@screener/service';
import { CsvMistake, candleCsvExpected } from '../candle-csv.ts';
import { lineInvalid, readCandleFile } from '../candle-file.ts';
import { type Command, type CommandIo, parseArguments } from '../command.ts';
import { writeLines } from '../file-lines.ts';

const options = {
  candles: {
    kind: 'text',
    value: 'FILE.csv[.gz]',
    about: 'one-minute candles, oldest first; a minute that is missing is a gap',
    example: '--candles BTCUSDT-1m.csv.gz',
  },
  instrument: {
    kind: 'text',
    value: 'NAME',
    about: 'written into every line as instrument, for example binance:usdm:BTCUSDT',
    example: '--instrument binance:usdm:BTCUSDT',
  },
} as const;

export const metricsCommand: Command = {
  name: 'metrics',
  summary: 'compute every metric of a file of candles: one JSON object per closed candle',
  options,
  more: [
    `The file has a header with the ${candleCsvExpected}; empty means not known.`,
    'time is the open time of the candle in ms; a window that is not full or has a gap, an indicator that is not',
    'warm, and a number whose column is not known are absent. CHANGE_BASIS decides what a change is measured against,',
    'CUSTOM_WINDOWS which windows there are beside the usual ones.',
    '',
    'Example:\n  screener metrics --candles BTCUSDT-1m.csv.gz | screener rules evaluate --metrics /dev/stdin',
  ].join('\n'),
  async run(args, io) {
    const { candles: file, instrument } = parseArguments({ name: this.name, options }, args).options;
    if (!file) throw missing('--candles', options.candles);
    if (instrument === '') throw missing('--instrument', options.instrument);
    const { CHANGE_BASIS, CUSTOM_WINDOWS } = readSettings(io.environment);
    const table = flatMetricTableWith(CUSTOM_WINDOWS);
    const printing = { basis: CHANGE_BASIS, windows: windowsWith(CUSTOM_WINDOWS), table };
    await printMetrics(file, { ...printing, ...(instrument !== undefined && { instrument }) }, io);
    return 0;
  },
};

const missing = (option: string, spec: { readonly value: string; readonly example: string }): ScreenerError =>
  new ScreenerError('OPTION_INVALID', { option, found: '', expected: spec.value, example: spec.example });

interface Printing {
  readonly basis: ChangeBasis;
  /** Lengths in minutes. */
  readonly windows: readonly number[];
  readonly table: readonly FlatMetric[];
  readonly instrument?: string;
}

async function printMetrics(file: string, printing: Printing, io: CommandIo): Promise<void> {
  const state = new InstrumentState({ windows: printing.windows });
  const unknown = new UnknownColumns();
  for await (const batch of readCandleFile(file, io)) {
    const output: string[] = [];
    let mistake: unknown;
    for (const parsed of batch) {
      const metrics = state.add(parsed.candle);
      if (metrics.outcome === 'refused') {
        mistake = lineInvalid(file, parsed.line, new CsvMistake(metrics.text, refusedExpected[metrics.reason]));
        break;
      }
      unknown.note(parsed.candle.openTime, parsed.unknown);
      output.push(JSON.stringify(flatLine(metrics, printing, unknown)));
    }
    // What came before the mistake is right: it is printed, and then the mistake ends it.
    await writeLines(io, output);
    if (mistake !== undefined) throw mistake;
    if (io.stdout.destroyed) return;
  }
}

const refusedExpected = {
  duplicate: 'each minute once',
  late: 'the oldest candle first',
  early: 'a minute that is over',
  impossible: 'a candle that an exchange can have meant',
} as const;

function flatLine(metrics: MinuteMetrics, { basis, table, instrument }: Printing, unknown: UnknownColumns): object {
  const flat: Record<string, number | string> = { time: metrics.openTime };
  if (instrument !== undefined) flat.instrument = instrument;
  for (const metric of table) {
    if (unknown.concern(metric, metrics.openTime)) continue;
    const value = metric.read(metrics, basis);
    if (value !== undefined) flat[metric.name] = value;
  }
  return flat;
}

/** Where columns were empty: a window that contains such a minute has no number that needs the column. */
class UnknownColumns {
  readonly #newest = new Map<CandleNeed, number>();

  note(openTime: number, columns: readonly CandleNeed[]): void {
    for (const column of columns) this.#newest.set(column, openTime);
  }

  concern(metric: FlatMetric, openTime: number): boolean {
    if (this.#newest.size === 0 || metric.minutes === undefined) return false;
    const oldest = openTime - (metric.minutes - 1) * MINUTE_MS;
    return metric.needs.some((need) => (this.#newest.get(need) ?? -1) >= oldest);
  }
}
