-- Where each consumer goes on. The offset commits with the rows; the epoch counts owners, so that an earlier one is refused.
CREATE TABLE sink_offsets (
  consumer text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  cluster text NOT NULL,
  topic_id text NOT NULL,
  next_offset bigint,
  epoch bigint NOT NULL,
  owner text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, topic, partition)
);
COMMENT ON COLUMN sink_offsets.next_offset IS 'NULL until the first rows: from the beginning';
