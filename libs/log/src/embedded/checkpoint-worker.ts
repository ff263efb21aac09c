/** The thread of a checkpointer. Copying and its fsync take 20 ms and more: time in which the engine goes on committing. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const database = new DatabaseSync(workerData as string);
// Passive: copies what no reader still needs in the write-ahead log, and waits for nobody.
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

parentPort?.on('message', (asked: 'copy' | 'end') => {
  if (asked === 'end') {
    database.close();
    parentPort?.close();
    return;
  }
  try {
    checkpoint.get();
  } catch {
    // A full disk or a damaged page: nothing is lost, it stays in the write-ahead log, and the next commit meets it too.
  }
  parentPort?.postMessage('copied');
});
