/** Only for the moments before the gateway has told base and quote: the longest known quote that ends the symbol. */
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'TUSD', 'BUSD', 'USD', 'EUR', 'TRY', 'BRL', 'BTC', 'ETH', 'BNB'] as const;

export function splitSymbol(symbol: string): { readonly base: string; readonly quote: string } {
  const [pair = symbol] = symbol.split('_');
  const quote = QUOTES.find((candidate) => pair.length > candidate.length && pair.endsWith(candidate));
  if (quote === undefined) return { base: symbol, quote: '' };
  return { base: pair.slice(0, -quote.length).replace(/[-/]$/, ''), quote: symbol.slice(pair.length - quote.length) };
}
