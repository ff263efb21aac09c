CREATE TABLE alerts (
  id uuid PRIMARY KEY,
  instrument text NOT NULL,
  rule text NOT NULL,
  rule_version integer NOT NULL,
  title text NOT NULL,
  open_time timestamptz NOT NULL,
  triggered_at timestamptz NOT NULL,
  timeframe text NOT NULL,
  price double precision NOT NULL,
  volume double precision,
  change_pct double precision,
  metrics jsonb NOT NULL
);
COMMENT ON TABLE alerts IS 'Rules that fired, from topic alerts; the same alert always has the same id';
COMMENT ON COLUMN alerts.metrics IS 'Every number that the condition read, by flat name';

-- Lists go from the newest to the oldest; the id makes the order total, so that a cursor can point between two rows.
CREATE INDEX alerts_newest ON alerts (triggered_at DESC, id DESC);
CREATE INDEX alerts_of_instrument ON alerts (instrument, triggered_at DESC, id DESC);
