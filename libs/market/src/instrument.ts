/** What can be traded where. As text `exchange:market:symbol`, for example `binance:usdm:BTCUSDT`: the key of most topics. */
export interface Instrument {
  readonly exchange: string;
  readonly market: string;
  /** As the exchange writes it. */
  readonly symbol: string;
}

export const formatInstrument = ({ exchange, market, symbol }: Instrument): string => `${exchange}:${market}:${symbol}`;

/** undefined when the text has not exactly three non-empty parts; a symbol may hold any character but a colon. */
export function parseInstrument(text: string): Instrument | undefined {
  const [exchange, market, symbol, ...rest] = text.split(':');
  if (!exchange || !market || !symbol || rest.length > 0) return undefined;
  return { exchange, market, symbol };
}
