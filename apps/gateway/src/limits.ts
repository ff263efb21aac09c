/** Every bound of the gateway, so that neither the log nor a client can make it grow without end. */
export const limits = {
  /** A program can list a whole exchange many times over; more than this is a fault in what we read. */
  instruments: 20_000,
  /** 25 hours of minutes: a day's bar is whole even while the next one is in progress. */
  candlesPerInstrument: 1_500,
  sparklineCloses: 60,
  /** Bars of one instrument told at once to those who follow its chart; a backfill brings more, which a query answers. */
  barsTold: 10,
  /** Alerts kept in memory, newest win; listed are at most RETENTION_HOURS of them. */
  alerts: 50_000,
  /** Terms of these alerts together: usual ones have ten, one that looks at many candles has 128. */
  alertTerms: 1_000_000,
  alertsPerPage: 1_000,
  alertSummaries: 1_000,
  /** Ids told of a summary; the log has all. */
  rulesOfSummary: 50,
  rules: 10_000,
  appInstances: 1_000,
  candlesPerAnswer: 1_500,
  /** Bytes of a request body; a GraphQL operation of the page has about 2,000. */
  bodyBytes: 256 * 1024,
  /** Bytes of a message on a WebSocket that a client sends. */
  messageBytes: 64 * 1024,
  queryTokens: 4_000,
  queryDepth: 8,
  /** Fields an operation asks for after its fragments are spread. */
  queryFields: 500,
  rootFields: 20,
  parsedQueries: 200,
  sockets: 2_000,
  /** Operations under way on one socket; each has at most one answer waiting to be taken. */
  subscriptionsPerSocket: 20,
  /** Events that wait for one subscriber; one that is further behind is closed rather than told half. */
  eventsWaiting: 200,
  /** The same of alerts: a minute in which everything moves brings ten thousand at once, to those who read as well. */
  alertsWaiting: 20_000,
  /** Bytes that may wait in one socket before it is ended. */
  socketBytesWaiting: 4 * 1024 * 1024,
  connections: 10_000,
  pageFiles: 2_000,
  pageFileBytes: 16 * 1024 * 1024,
} as const;

export const times = {
  tickMs: 1_000,
  /** Changes of a bar within this time are told as one. */
  barsToldMs: 100,
  /** An app that says nothing for so long is stale. */
  heartbeatStaleMs: 5_000,
  /** How far back heartbeats are read at the start. */
  heartbeatLookbackMs: 60_000,
  /** An instance that said nothing for so long is forgotten. */
  heartbeatForgottenMs: 600_000,
  tickerStaleMs: 120_000,
  /** How far back the newest metrics of an instrument are looked for, from the newest of all. */
  metricsLookbackMs: 3_600_000,
  /** The same for the newest minute of the whole market. */
  marketLookbackMs: 600_000,
  /** One message that a socket does not take for so long: the client is gone or too slow. */
  socketStalledMs: 15_000,
  socketPingMs: 15_000,
  initWaitMs: 5_000,
  requestMs: 30_000,
  /** How long open requests and closing sockets may take to end by themselves. */
  stopMs: 2_000,
  pageRescanMs: 1_000,
} as const;
