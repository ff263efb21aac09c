/** A file of one-minute candles, read line by line. */
import { ScreenerError } from '@screener/errors';
import { CandleCsvParser, type CsvCandle, CsvMistake, candleCsvExpected } from './candle-csv.ts';
import type { CommandIo } from './command.ts';
import { readFileLines } from './file-lines.ts';

export interface CandleLine extends CsvCandle {
  /** From 1, the header's. */
  readonly line: number;
}

/** In batches. Throws FILE_LINE_INVALID after everything that came before the mistake. */
export async function* readCandleFile(file: string, io: CommandIo): AsyncGenerator<readonly CandleLine[]> {
  let parser: CandleCsvParser | undefined;
  let line = 0;
  for await (const texts of readFileLines(file, `CSV with the ${candleCsvExpected}`, io)) {
    const batch: CandleLine[] = [];
    let mistake: unknown;
    try {
      for (const text of texts) {
        line++;
        if (parser === undefined) parser = new CandleCsvParser(text);
        else if (text.trim() !== '') batch.push({ line, ...parser.parse(text) });
      }
    } catch (cause) {
      mistake = cause;
    }
    yield batch;
    if (mistake !== undefined) throw lineInvalid(file, line, mistake);
  }
  if (parser === undefined && !io.signal.aborted) {
    throw lineInvalid(file, 1, new CsvMistake('the file is empty', candleCsvExpected));
  }
}

/** What people read of a mistake; anything else stays what it is. */
export function lineInvalid(file: string, line: number, cause: unknown): unknown {
  if (!(cause instanceof CsvMistake)) return cause;
  const { reason, expected } = cause;
  return new ScreenerError('FILE_LINE_INVALID', { file, line, reason, expected }, { cause });
}
