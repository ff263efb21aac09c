/** What the contract of the gateway's GraphQL says of alerts. */
export const alertSchemaText = /* GraphQL */ `
  "How much an alert matters to the owner of its rule"
  enum Severity {
    info
    warning
    critical
  }

  enum AlertStatus {
    "As it was told"
    fired
    "It stands, with other numbers than it was told with: changes says which"
    amended
    "By the numbers as they are now its rule did not hold"
    retracted
  }

  type Alert {
    id: ID!
    instrument: String!
    symbol: String!
    rule: String!
    ruleVersion: Int!
    title: String!
    timeframe: String!
    triggeredAtMs: Float!
    "Open time of the minute that made it fire, in seconds: where the chart marks it"
    time: Int!
    price: Float!
    "Quote volume of the timeframe"
    volume: Float
    changePct: Float
    "Quote volume of the timeframe against the mean of windows of that length over the last day; 1 is usual"
    volumeIncrease: Float
    "(high - low) / open of the timeframe in percent"
    candleSizePct: Float
    "0 to 100, grows with the size of the change and with the increase of the volume"
    momentumScore: Float
    "Every number that the condition read"
    metrics: [NamedNumber!]!
    "How many alerts of this rule the minute had before this one"
    ordinal: Int!
    "True: the minute was not over yet"
    provisional: Boolean!
    severity: Severity!
    owner: String!
    "The rule's message with the numbers put in; where it has none, the title"
    message: String!
    "The proof: every term of the condition as it was decided"
    terms: [AlertTerm!]!
    "Its numbers and terms are always those that count now"
    status: AlertStatus!
    "Event time at which it was amended or retracted"
    statusAtMs: Float
    "Why it was amended or retracted"
    reason: String
    "Numbers that are others now"
    changes: [AlertChange!]!
  }

  "A comparison. A side that is no number (a text, or infinite) is told as text"
  type AlertTerm {
    "As it is written in the condition"
    term: String!
    "Element of a list that it was asked of, for example candles.last(3)[0], the oldest of three"
    element: String
    left: Float
    leftText: String
    right: Float
    rightText: String
    "null where a number that it needs is absent"
    held: Boolean
  }

  type AlertChange {
    "volume, changePct and so on, or the name of a metric"
    name: String!
    "As it was told first; null where absent"
    before: Float
    after: Float
  }

  "Rules that fired on an instrument in a minute beyond the alerts that it may have: told together"
  type AlertSummary {
    instrument: String!
    symbol: String!
    "Open time of the minute, in seconds"
    time: Int!
    summarisedAtMs: Float!
    "Alerts that the minute may have"
    limit: Int!
    "Alerts that this stands for"
    count: Int!
    "Ids of their rules, each once; the first 50"
    rules: [String!]!
  }

  type AlertPage {
    alerts: [Alert!]!
    total: Int!
    "Pass it as after for older ones; null: there are none"
    next: String
  }
`;
