/** `npm run start:kafka`: a local Kafka broker, then the screener on it with one process per app. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { chooseSource } from '../apps/screener/src/start/choose-source.ts';
import { startLocalBroker } from './kafka/local-broker.ts';

const args = process.argv.slice(2);
const home = process.env.SCREENER_HOME ?? '.screener';
const restBase = process.env.BINANCE_REST_BASE ?? process.env.BINANCE_API_URL ?? 'https://fapi.binance.com';

// The source is chosen before the broker starts: simulated and live candles each have a broker directory of their own.
const { source, reason } = await chooseSource({
  live: args.includes('--live'),
  demo: args.includes('--demo'),
  restBase,
});
process.stderr.write(`  ${reason}\n`);
const began = performance.now();
const given = process.env.KAFKA_BROKERS;
const broker = given
  ? undefined
  : await startLocalBroker({
      directory: resolve(home, source, 'kafka'),
      notify: (text) => process.stderr.write(`  ${text}\n`),
    });
process.stderr.write(
  `  Kafka ready at ${given ?? broker?.brokers} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`,
);

const screener = spawn(
  process.execPath,
  [
    ...process.execArgv,
    join(import.meta.dirname, '../apps/screener/src/main.ts'),
    'start',
    '--processes',
    ...(args.includes(`--${source}`) ? [] : [`--${source}`]),
    ...args,
  ],
  { stdio: 'inherit', env: { ...process.env, KAFKA_BROKERS: given ?? broker?.brokers } },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => screener.kill(signal));
screener.once('exit', async (code, signal) => {
  await broker?.stop();
  process.exitCode = code ?? (signal ? 130 : 1);
});
