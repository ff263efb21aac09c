/** One-minute candles from lines of CSV with a header, as exchanges' archives have them. */
import { type Candle, type CandleNeed, MINUTE_MS } from '@screener/market';

/** A line that is no candle. */
export class CsvMistake extends Error {
  override readonly name = 'CsvMistake';
  readonly reason: string;
  readonly expected: string;
  constructor(reason: string, expected: string) {
    super(`${reason}; expected ${expected}`);
    this.reason = reason;
    this.expected = expected;
  }
}

const required = ['open_time_ms', 'open', 'high', 'low', 'close', 'volume'] as const;
const optional = ['close_time_ms', 'quote_volume', 'trades', 'taker_buy_volume', 'taker_buy_quote_volume'] as const;
type Column = (typeof required)[number] | (typeof optional)[number];

export const candleCsvExpected = `columns ${required.join(', ')} and where known ${optional.join(', ')}`;

export interface CsvCandle {
  readonly candle: Candle;
  /** Columns that the source does not have; they stand as 0 in the candle. */
  readonly unknown: readonly CandleNeed[];
}

const needOf: Partial<Record<Column, CandleNeed>> = {
  quote_volume: 'quoteVolume',
  trades: 'trades',
  taker_buy_quote_volume: 'takerBuyQuoteVolume',
};

export class CandleCsvParser {
  readonly #places: Partial<Record<Column, number>> = {};
  readonly #width: number;

  /** Throws CsvMistake when a column is missing. */
  constructor(header: string) {
    const names = header
      .replace(/^\uFEFF/, '')
      .split(',')
      .map((name) => name.trim());
    this.#width = names.length;
    for (const column of [...required, ...optional]) {
      const place = names.indexOf(column);
      if (place >= 0) this.#places[column] = place;
    }
    const missing = required.filter((column) => this.#places[column] === undefined);
    if (missing.length > 0) throw new CsvMistake(`the header lacks ${missing.join(', ')}`, candleCsvExpected);
  }

  /** Throws CsvMistake. */
  parse(line: string): CsvCandle {
    const fields = line.split(',');
    if (fields.length !== this.#width) {
      throw new CsvMistake(`it has ${fields.length} fields`, `${this.#width} as in the header`);
    }
    const unknown: CandleNeed[] = [];
    const value = (column: Column): number => {
      const place = this.#places[column];
      const text = place === undefined ? '' : (fields[place] ?? '').trim();
      const number = Number(text);
      if (text !== '' && !Number.isNaN(number)) return number;
      if (text !== '' || isRequired(column)) throw new CsvMistake(`${column} is '${text}'`, 'a number');
      const need = needOf[column];
      if (need) unknown.push(need);
      return 0;
    };
    const openTime = value('open_time_ms');
    const closeTime = value('close_time_ms');
    if (closeTime !== 0 && closeTime !== openTime + MINUTE_MS - 1) {
      throw new CsvMistake(`close_time_ms is ${closeTime}`, `one-minute candles, so ${openTime + MINUTE_MS - 1}`);
    }
    const candle = {
      openTime,
      open: value('open'),
      high: value('high'),
      low: value('low'),
      close: value('close'),
      volume: value('volume'),
      quoteVolume: value('quote_volume'),
      trades: value('trades'),
      takerBuyVolume: value('taker_buy_volume'),
      takerBuyQuoteVolume: value('taker_buy_quote_volume'),
    };
    return { candle, unknown };
  }
}

const isRequired = (column: Column): boolean => (required as readonly string[]).includes(column);
