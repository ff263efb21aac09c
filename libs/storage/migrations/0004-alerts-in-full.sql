-- What an alert says beside its numbers, its proof, and what became of it. Rows from before keep NULL: nobody knows any more.
ALTER TABLE alerts
  ADD COLUMN ordinal integer,
  ADD COLUMN provisional boolean,
  ADD COLUMN severity text,
  ADD COLUMN owner text,
  ADD COLUMN message text,
  ADD COLUMN volume_increase double precision,
  ADD COLUMN candle_size_pct double precision,
  ADD COLUMN momentum_score double precision,
  ADD COLUMN terms jsonb,
  ADD COLUMN status text NOT NULL DEFAULT 'fired' CHECK (status IN ('fired', 'amended', 'retracted')),
  ADD COLUMN told jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN amended_at timestamptz,
  ADD COLUMN retracted_at timestamptz,
  ADD COLUMN reason text;
COMMENT ON COLUMN alerts.terms IS 'Terms of the condition with the numbers of their two sides and whether each held, as they are now';
COMMENT ON COLUMN alerts.status IS 'fired: as it was told; amended: other numbers than it was told with; retracted: should not have been';
COMMENT ON COLUMN alerts.told IS 'Numbers that were amended, by name, as they were told first';
COMMENT ON COLUMN alerts.amended_at IS 'Event time of the newest amendment';
COMMENT ON COLUMN alerts.reason IS 'Why it was amended or retracted, the newest';
