/** Which instruments a command is about: `--symbol` and `--exchange`, as people write them. */
import { ScreenerError } from '@screener/errors';
import { parseInstrument } from '@screener/market';
import { nearestNames } from './nearest-names.ts';

export const symbolOption = {
  kind: 'text',
  value: 'SYMBOLS',
  about: 'only these symbols (BTCUSDT,ETHUSDT) or instruments (binance:usdm:BTCUSDT)',
  example: 'BTCUSDT',
} as const;

/** What stands between commas; undefined: nothing was asked for. */
export function listedSymbols(text: string | undefined, option = '--symbol'): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const symbols = text
    .split(',')
    .map((symbol) => symbol.trim())
    .filter((symbol) => symbol !== '');
  if (symbols.length > 0) return [...new Set(symbols)];
  const expected = 'symbols separated by commas';
  throw new ScreenerError('OPTION_INVALID', { option, found: text, expected, example: `${option} BTCUSDT` });
}

/** In any case, with or without the exchange before it. */
export function isOfSymbol(instrument: string, symbol: string): boolean {
  const [found, wanted] = [instrument.toUpperCase(), symbol.toUpperCase()];
  return found === wanted || found.slice(found.lastIndexOf(':') + 1) === wanted;
}

export function instrumentFilter(
  symbols: readonly string[] | undefined,
  exchange: string | undefined,
): (instrument: string) => boolean {
  const prefix = exchange === undefined ? '' : `${exchange}:`;
  return (instrument) =>
    instrument.startsWith(prefix) &&
    (symbols === undefined || symbols.some((symbol) => isOfSymbol(instrument, symbol)));
}

/** `exchange:market`, checked for its shape only: a log may hold what this version has no client for. */
export function checkedExchange(text: string | undefined): string | undefined {
  if (text === undefined || parseInstrument(`${text}:X`) !== undefined) return text;
  throw new ScreenerError('OPTION_INVALID', {
    option: '--exchange',
    found: text,
    expected: 'an exchange and a market',
    example: '--exchange binance:usdm',
  });
}

/** A symbol that nothing is known of is a mistake, and not an empty answer. */
export function refuseUnknown(
  symbols: readonly string[] | undefined,
  known: Iterable<string>,
  where: string,
  option = '--symbol',
): void {
  const instruments = [...known];
  const unknown = symbols?.find((symbol) => !instruments.some((instrument) => isOfSymbol(instrument, symbol)));
  if (unknown === undefined) return;
  const names = instruments.map((instrument) => instrument.slice(instrument.lastIndexOf(':') + 1));
  const near = nearestNames(unknown, [...new Set(names)]);
  const expected = near.length > 0 ? near.join(' or ') : `a symbol of ${where}`;
  const example = `${option} ${near[0] ?? names[0] ?? 'BTCUSDT'}`;
  throw new ScreenerError('OPTION_INVALID', { option, found: unknown, expected, example });
}
