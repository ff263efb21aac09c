/** How far each consumer has come, and who owns each of its inputs. The offset moves in the transaction of the rows. */
import { ScreenerError } from '@screener/errors';
import type { Pool, PoolClient } from 'pg';
import { transaction } from './open-database.ts';

export interface InputPlace {
  readonly consumer: string;
  readonly cluster: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
}

/** The right to move the offset, until somebody else takes it. */
export interface InputOwnership {
  readonly place: InputPlace;
  readonly epoch: string;
  /** undefined: from the beginning. */
  readonly nextOffset: number | undefined;
}

interface Row {
  cluster: string;
  topic_id: string;
  next_offset: string | null;
  epoch: string;
}

/** Waits for a transaction that an earlier owner has open, then shuts that owner out. */
export function takeInput(pool: Pool, place: InputPlace, owner: string): Promise<InputOwnership> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<Row>(
      `INSERT INTO sink_offsets AS input (consumer, topic, partition, cluster, topic_id, epoch, owner)
       VALUES ($1, $2, $3, $4, $5, 1, $6)
       ON CONFLICT (consumer, topic, partition)
       DO UPDATE SET epoch = input.epoch + 1, owner = excluded.owner, updated_at = now()
       RETURNING cluster, topic_id, next_offset, epoch`,
      [place.consumer, place.topic, place.partition, place.cluster, place.topicId, owner],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT ... RETURNING gave no row');
    // The rollback leaves the row to whom it belongs.
    refuseOtherLog(row, place);
    return { place, epoch: row.epoch, nextOffset: row.next_offset === null ? undefined : Number(row.next_offset) };
  });
}

/** The same refusal before anything is consumed, for a clear end of a start. */
export async function checkInput(pool: Pool, place: Omit<InputPlace, 'partition'>): Promise<void> {
  const { rows } = await pool.query<Row>(
    `SELECT cluster, topic_id FROM sink_offsets
     WHERE consumer = $1 AND topic = $2 AND (cluster <> $3 OR topic_id <> $4) LIMIT 1`,
    [place.consumer, place.topic, place.cluster, place.topicId],
  );
  if (rows[0]) refuseOtherLog(rows[0], place);
}

function refuseOtherLog(row: Row, place: Omit<InputPlace, 'partition'>): void {
  if (row.cluster === place.cluster && row.topic_id === place.topicId) return;
  throw new ScreenerError('DATABASE_OF_OTHER_LOG', {
    topic: place.topic,
    found: `${row.cluster} (topic id ${row.topic_id})`,
    expected: `${place.cluster} (topic id ${place.topicId})`,
  });
}

/**
 * Moves the offset, first thing in the transaction of the rows: it also locks out whoever comes next until the commit.
 * 'already': an attempt whose commit was not answered had succeeded. Anybody else's change rejects with TASK_FENCED.
 */
export async function advanceInput(
  client: PoolClient,
  { place, epoch, nextOffset }: InputOwnership,
  target: number,
): Promise<'advanced' | 'already'> {
  const at = [place.consumer, place.topic, place.partition];
  const { rowCount } = await client.query(
    `UPDATE sink_offsets SET next_offset = $4, updated_at = now()
     WHERE consumer = $1 AND topic = $2 AND partition = $3 AND epoch = $5 AND next_offset IS NOT DISTINCT FROM $6`,
    [...at, target, epoch, nextOffset ?? null],
  );
  if (rowCount === 1) return 'advanced';
  const { rows } = await client.query<Row>(
    'SELECT next_offset, epoch FROM sink_offsets WHERE consumer = $1 AND topic = $2 AND partition = $3',
    at,
  );
  if (rows[0]?.epoch === epoch && Number(rows[0].next_offset) === target) return 'already';
  throw new ScreenerError('TASK_FENCED', { group: place.consumer, partition: place.partition });
}
