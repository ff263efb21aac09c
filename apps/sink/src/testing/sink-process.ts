/** The sink on the embedded log in a process of its own, to be killed: node sink-process.ts LOG-DIRECTORY, with DATABASE_URL set. */
import { openLog } from '@screener/log';
import { createLogger, createMetrics, readSettings } from '@screener/service';
import { sinkApp } from '../sink-app.ts';

const [, , directory = '.'] = process.argv;
const write = (line: string): void => void process.stderr.write(line);
const running = await sinkApp.start({
  log: await openLog({ directory }),
  logger: createLogger({ level: 'warn', name: 'sink', json: false, write, now: Date.now }),
  settings: readSettings(process.env),
  metrics: createMetrics(),
  instance: `test-${process.pid}`,
  now: Date.now,
  report: () => {},
});
running.failed.catch((cause: unknown) => {
  write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exit(1);
});
setInterval(() => {}, 1_000);
