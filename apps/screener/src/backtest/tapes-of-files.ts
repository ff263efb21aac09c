/** The past from files of candles, one or more for each instrument. */
import { basename } from 'node:path';
import { ScreenerError } from '@screener/errors';
import { type CandleNeed, candleProblem, parseInstrument } from '@screener/market';
import { type CompiledRule, type ConditionNames, metricsRead } from '@screener/rules';
import { CsvMistake } from '../candle-csv.ts';
import { lineInvalid, readCandleFile } from '../candle-file.ts';
import type { CommandIo } from '../command.ts';
import { TapeCollection } from './tape-collection.ts';

export interface FileSource {
  readonly files: readonly string[];
  /** Of the same files, in the same order; undefined: they are named after the files. */
  readonly symbols: readonly string[] | undefined;
  readonly rules: readonly CompiledRule[];
  readonly names: ConditionNames;
}

export async function tapesOfFiles(
  { files, symbols, rules, names }: FileSource,
  io: CommandIo,
): Promise<TapeCollection> {
  if (symbols !== undefined && symbols.length !== files.length) {
    throw new ScreenerError('OPTION_INVALID', {
      option: '--symbols',
      found: symbols.join(','),
      expected: `one symbol for each of the ${files.length} files, in their order`,
      example: `--symbols ${files.map((_, index) => ['BTCUSDT', 'ETHUSDT'][index % 2]).join(',')}`,
    });
  }
  const tapes = new TapeCollection();
  const needs = needsOf(rules, names);
  for (const [index, file] of files.entries()) {
    const instrument = instrumentOf(symbols?.[index] ?? nameOf(file));
    for await (const batch of readCandleFile(file, io)) {
      for (const { line, candle, unknown } of batch) {
        const reason = candleProblem(candle) ?? missingProblem(unknown, needs);
        if (reason !== undefined)
          throw lineInvalid(file, line, new CsvMistake(reason, 'candles with what the rules read'));
        tapes.put(instrument, candle);
      }
    }
  }
  return tapes;
}

/** Columns by the rule and number that need them. */
function needsOf(rules: readonly CompiledRule[], names: ConditionNames): ReadonlyMap<CandleNeed, string> {
  const needs = new Map<CandleNeed, string>();
  for (const rule of rules) {
    for (const { name, needs: columns } of metricsRead([rule], names)) {
      for (const column of columns) needs.set(column, `${rule.rule.rule} reads ${name}`);
    }
    // Whether it is the volume or only the prices of candles, its text says.
    if (rule.reads.candles === 0) continue;
    for (const [pattern, column] of candleColumns) {
      if (pattern.test(rule.rule.condition)) needs.set(column, `${rule.rule.rule} reads it of candles`);
    }
  }
  return needs;
}

const candleColumns: readonly (readonly [RegExp, CandleNeed])[] = [
  [/\.(quote_)?volume\b/, 'quoteVolume'],
  [/\.base_volume\b/, 'volume'],
  [/\.trades\b/, 'trades'],
];

/** What is not known stands as 0, with which a rule would be wrong in silence. */
function missingProblem(unknown: readonly CandleNeed[], needs: ReadonlyMap<CandleNeed, string>): string | undefined {
  const missing = unknown.find((column) => needs.has(column));
  return missing && `${missing} is not known, and ${needs.get(missing)}`;
}

const nameOf = (file: string): string => basename(file).replace(/\.csv(\.gz)?$/, '');

const instrumentOf = (symbol: string): string =>
  parseInstrument(symbol) === undefined ? `file:csv:${symbol.replaceAll(':', '_')}` : symbol;
