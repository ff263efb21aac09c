import { alertSchemaText } from './alert-schema.graphql.ts';

/** The contract of the gateway's GraphQL. Times that end in Ms are milliseconds since 1970 UTC; candle times are seconds. */
const ownSchemaText = /* GraphQL */ `
  type Query {
    "Every instrument known, in the order of their names"
    instruments: [Instrument!]!
    "All instruments as the table shows them, now; the subscription of the same name sends what changes"
    tickers: [Ticker!]!
    "Closes of the last 60 closed minutes of every instrument, oldest first"
    sparklines: [Sparkline!]!
    "Windows and indicators of one instrument; BTCUSDT, or binance:usdm:BTCUSDT to be exact"
    metrics(symbol: String!): Metrics
    "Every number that metrics can have, by the name that rules use, with what it means"
    metricTable: [MetricDescription!]!
    "The market as a whole as of its newest closed minute; null until one is closed"
    market: Market
    "Candles, oldest first, the one in progress last. Intervals: 1m 3m 5m 15m 30m 1h 4h 8h 1d 1w"
    candles(symbol: String!, interval: String! = "1m", limit: Int! = 500): CandleList!
    "Newest first, of the last 48 hours. after: the next of an earlier answer"
    alerts(symbol: String, rule: String, limit: Int! = 100, after: String): AlertPage!
    "Newest first: what fired beside the alerts that an instrument may have in a minute"
    alertSummaries(limit: Int! = 100): [AlertSummary!]!
    "The newest version of every rule"
    rules: [Rule!]!
    status: Status!
  }

  type Subscription {
    "First all instruments, then once a second those that changed. A client that fell behind gets all again (full)"
    tickers: TickerBatch!
    "The candle in progress and each closed one"
    candle(symbol: String!, interval: String! = "1m"): CandleUpdate!
    "Each new alert as it comes, and the same alert once more each time it is amended or retracted"
    alerts(symbol: String, rule: String): Alert!
    "Each new summary, and again where more alerts of its minute came"
    alertSummaries: AlertSummary!
    "Each newly closed minute of the market as a whole"
    market: Market!
    "Once a second"
    status: Status!
  }

  enum InstrumentStatus {
    listed
    trading
    halted
    delisted
  }

  enum AppStatus {
    starting
    running
    degraded
    stopping
  }

  enum Health {
    healthy
    degraded
    down
  }

  type Instrument {
    "exchange:market:symbol"
    instrument: String!
    exchange: String!
    market: String!
    symbol: String!
    base: String!
    quote: String!
    status: InstrumentStatus!
    tickSize: Float
    stepSize: Float
    simulated: Boolean!
  }

  "One row of the table. A number that is not known yet is null, never zero"
  type Ticker {
    instrument: String!
    symbol: String!
    status: InstrumentStatus!
    simulated: Boolean!
    "The price includes the minute in progress"
    live: Boolean!
    "No news of this instrument for more than two minutes"
    stale: Boolean!
    "When the price was true"
    timeMs: Float
    price: Float
    change5m: Float
    change15m: Float
    change1h: Float
    change4h: Float
    change8h: Float
    change1d: Float
    "Quote volumes"
    volume5m: Float
    volume1h: Float
    volume1d: Float
    "As of the last closed hour"
    rsi1h: Float
    vcp5m: Float
    vcp1h: Float
  }

  type TickerBatch {
    timeMs: Float!
    "True: these are all instruments, false: those that changed"
    full: Boolean!
    tickers: [Ticker!]!
  }

  type Sparkline {
    instrument: String!
    closes: [Float!]!
  }

  type Metrics {
    instrument: String!
    symbol: String!
    timeMs: Float!
    price: Float!
    "True: includes the minute in progress"
    live: Boolean!
    windows: [WindowMetrics!]!
    indicators: [Indicators!]!
    "Every number of it that has a value, windows and indicators too, by the names of metricTable"
    numbers: [NamedNumber!]!
    "Where it stands in the market, as of the market's newest closed minute; null where it was not in it"
    standing: MarketStanding
  }

  type MetricDescription {
    name: String!
    "What it is, in one line"
    about: String!
    "price, percent, base, quote, share, number or count"
    unit: String!
    "The window or bar it is about; null for the price"
    interval: String
    "price, window, indicator (as of the last closed bar) or statistic (over the last day's minutes)"
    source: String!
  }

  "What is not known is null"
  type Market {
    "Open time of the minute"
    openTimeMs: Float!
    instruments: Int!
    "Share of instruments above their 1h VWAP, 0 to 1"
    breadth: Float
    advancing1h: Int!
    declining1h: Int!
    advancing1d: Int!
    declining1d: Int!
    btc: MarketLeader
    eth: MarketLeader
    "Instruments whose candle had not come when the minute was closed"
    missing: [String!]!
  }

  type MarketLeader {
    instrument: String!
    price: Float!
    change1h: Float
    change1d: Float
  }

  "Ranks, 1 is the highest, and how it moves with Bitcoin"
  type MarketStanding {
    openTimeMs: Float!
    numbers: [NamedNumber!]!
  }

  "A rolling window; only those that are full are listed"
  type WindowMetrics {
    "5m 15m 1h 4h 8h 1d"
    window: String!
    minutes: Int!
    open: Float!
    high: Float!
    low: Float!
    close: Float!
    "Base volume"
    volume: Float!
    quoteVolume: Float!
    trades: Float!
    change: Float
    vwap: Float
    vcp: Float
    takerShare: Float
    pivots: Pivots!
  }

  type Pivots {
    pivot: Float!
    r1: Float!
    r2: Float!
    r3: Float!
    s1: Float!
    s2: Float!
    s3: Float!
  }

  type Indicators {
    interval: String!
    barOpenTimeMs: Float!
    rsi: Float
  }

  type Candle {
    "Open time in seconds"
    time: Int!
    open: Float!
    high: Float!
    low: Float!
    close: Float!
    volume: Float!
    quoteVolume: Float!
  }

  type CandleList {
    instrument: String!
    symbol: String!
    interval: String!
    candles: [Candle!]!
  }

  type CandleUpdate {
    instrument: String!
    interval: String!
    closed: Boolean!
    candle: Candle!
  }

  type NamedNumber {
    name: String!
    value: Float!
  }

  type Rule {
    id: ID!
    version: Int!
    owner: String!
    title: String!
    text: String!
    condition: String!
    parameters: [NamedNumber!]!
    timeframe: String!
    cooldownMs: Float!
    enabled: Boolean!
  }

  type Status {
    timeMs: Float!
    version: String!
    health: Health!
    "True when the exchange is our simulator: show SIMULATED"
    simulated: Boolean!
    "embedded or kafka"
    engine: String!
    "True until the gateway has read what the log held when it started, and every instrument has its metrics"
    priming: Boolean!
    "Instruments that have metrics"
    primed: Int!
    total: Int!
    "One line for people, for example: reading the log, 12 of 50 instruments ready"
    text: String!
    apps: [AppHealth!]!
  }

  type AppHealth {
    app: String!
    instance: String!
    version: String!
    status: AppStatus!
    "No heartbeat for more than 5 s"
    stale: Boolean!
    text: String!
    startedAtMs: Float!
    lastSeenMs: Float!
    numbers: [NamedNumber!]!
  }
`;

export const schemaText = `${ownSchemaText}${alertSchemaText}`;
