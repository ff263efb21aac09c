import type {
  Alert,
  AlertSummary,
  Candle,
  ChartAlert,
  Market,
  MetricDescription,
  Numbers,
  Sparkline,
  Status,
  TickerBatch,
} from '../model.ts';
import type { Start } from './screener-client.ts';

/**
 * The operations the page sends. Every page sends the very same text: the gateway executes and serialises once per
 * distinct operation, however many pages are open.
 */
export interface Operation<Variables, Data> {
  readonly query: string;
  /** Never set: carries the types of variables and answer. */
  readonly types?: { readonly variables: Variables; readonly data: Data };
}

type NoVariables = Readonly<Record<string, never>>;

const tickerFields = `fragment T on Ticker { instrument symbol status simulated live stale timeMs price change5m change15m change1h change4h change8h change1d volume5m volume1h volume1d rsi1h vcp5m }`;
const chartAlertFields = `fragment C on Alert { id instrument rule title time changePct status }`;
const alertFields = `fragment A on Alert { ...C symbol timeframe triggeredAtMs price volume volumeIncrease candleSizePct momentumScore ruleVersion severity message provisional terms { term element left leftText right rightText held } statusAtMs reason changes { name before after } }
${chartAlertFields}`;
const summaryFields = `fragment M on AlertSummary { instrument time limit count rules }`;
const statusFields = `fragment S on Status { timeMs version health simulated engine priming primed total text apps { app instance status stale text } }`;

export const startQuery: Operation<NoVariables, Start> = {
  query: `query Start { status { ...S } instruments { instrument base quote tickSize } tickers { ...T } sparklines { instrument closes } rules { id title text timeframe enabled } alerts(limit: 100) { alerts { ...A } } alertSummaries(limit: 100) { ...M } }
${tickerFields}
${alertFields}
${summaryFields}
${statusFields}`,
};

export const sparklinesQuery: Operation<NoVariables, { readonly sparklines: readonly Sparkline[] }> = {
  query: 'query Sparklines { sparklines { instrument closes } }',
};

export interface CandlesVariables {
  readonly symbol: string;
  readonly interval: string;
  readonly limit: number;
}

export const candlesQuery: Operation<CandlesVariables, { readonly candles: { readonly candles: readonly Candle[] } }> =
  {
    query:
      'query Candles($symbol: String!, $interval: String!, $limit: Int!) { candles(symbol: $symbol, interval: $interval, limit: $limit) { candles { time open high low close volume } } }',
  };

export const alertsOfQuery: Operation<
  { readonly symbol: string; readonly limit: number },
  { readonly alerts: { readonly alerts: readonly ChartAlert[] } }
> = {
  query: `query AlertsOf($symbol: String!, $limit: Int!) { alerts(symbol: $symbol, limit: $limit) { alerts { ...C } } }
${chartAlertFields}`,
};

export const numbersQuery: Operation<{ readonly symbol: string }, { readonly metrics: Numbers | null }> = {
  query:
    'query Numbers($symbol: String!) { metrics(symbol: $symbol) { timeMs live numbers { name value } standing { openTimeMs numbers { name value } } } }',
};

export const metricTableQuery: Operation<NoVariables, { readonly metricTable: readonly MetricDescription[] }> = {
  query: 'query MetricTable { metricTable { name about unit interval source } }',
};

export const marketSubscription: Operation<NoVariables, { readonly market: Market }> = {
  query:
    'subscription Market { market { openTimeMs instruments breadth advancing1h declining1h btc { price change1h } eth { price change1h } } }',
};

export const tickersSubscription: Operation<NoVariables, { readonly tickers: TickerBatch }> = {
  query: `subscription Tickers { tickers { timeMs full tickers { ...T } } }
${tickerFields}`,
};

export const alertsSubscription: Operation<NoVariables, { readonly alerts: Alert }> = {
  query: `subscription Alerts { alerts { ...A } }
${alertFields}`,
};

export const alertSummariesSubscription: Operation<NoVariables, { readonly alertSummaries: AlertSummary }> = {
  query: `subscription AlertSummaries { alertSummaries { ...M } }
${summaryFields}`,
};

export const statusSubscription: Operation<NoVariables, { readonly status: Status }> = {
  query: `subscription Status { status { ...S } }
${statusFields}`,
};

export const candleSubscription: Operation<
  { readonly symbol: string; readonly interval: string },
  { readonly candle: { readonly candle: Candle } }
> = {
  query:
    'subscription Candle($symbol: String!, $interval: String!) { candle(symbol: $symbol, interval: $interval) { candle { time open high low close volume } } }',
};
