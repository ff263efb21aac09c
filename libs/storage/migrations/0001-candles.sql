-- Closed one-minute candles; what later sources state differently replaces the row.
CREATE TABLE candles (
  instrument text NOT NULL,
  open_time timestamptz NOT NULL,
  open double precision NOT NULL,
  high double precision NOT NULL,
  low double precision NOT NULL,
  close double precision NOT NULL,
  volume double precision NOT NULL,
  quote_volume double precision NOT NULL,
  trades bigint NOT NULL,
  taker_buy_volume double precision NOT NULL,
  taker_buy_quote_volume double precision NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (instrument, open_time)
);
COMMENT ON TABLE candles IS 'Closed one-minute candles, from topic klines.closed';
COMMENT ON COLUMN candles.instrument IS 'exchange:market:symbol';
COMMENT ON COLUMN candles.open_time IS 'First millisecond of the minute';
COMMENT ON COLUMN candles.source IS 'stream, rest or synthetic';
