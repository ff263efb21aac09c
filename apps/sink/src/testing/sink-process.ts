/** The sink in a process of its own, to be killed: node sink-process.ts MINUTES INSTRUMENTS PARTITIONS, with DATABASE_URL set. */
import { createLogger, readSettings } from '@screener/service';
import { sinkApp } from '../sink-app.ts';
import { createFakeLog } from './fake-log.ts';
import { minutesOf } from './sample-records.ts';

const [minutes = 0, instruments = 0, partitions = 0] = process.argv.slice(2).map(Number);
const log = createFakeLog({ cluster: 'under-fire', partitions });
for (let partition = 0; partition < partitions; partition++) {
  const names = Array.from({ length: instruments }, (_, index) => `test:usdm:P${partition}I${index}`);
  log.append(minutesOf(partition, names, minutes));
}
const write = (line: string): void => void process.stderr.write(line);
const running = await sinkApp.start({
  log,
  logger: createLogger({ level: 'warn', name: 'sink', json: false, write, now: Date.now }),
  settings: readSettings(process.env),
  instance: `test-${process.pid}`,
  now: Date.now,
  report: () => {},
});
running.failed.catch((cause: unknown) => {
  write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exit(1);
});
setInterval(() => {}, 1_000);
