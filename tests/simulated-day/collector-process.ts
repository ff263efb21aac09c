/** A collector in a process of its own, by simulated time. It ends when whoever started it is gone. */
import { appendFileSync } from 'node:fs';
import { createCollector, openBanMemory } from '@screener/collector';
import { reasonOf } from '@screener/errors';
import { createBinanceUsdm, type Timers } from '@screener/exchanges';
import { openLog } from '@screener/log';
import { createLogger, createSupervisor, readSettings } from '@screener/service';
import { seededRandom } from '../../chaos/seeded-random.ts';
import type { CollectorSettings, FromCollector } from './collector-messages.ts';
import { DayClock, type Stretch } from './day-clock.ts';
import { createLoadMeter } from './event-loop-load.ts';

/** What this process may take does not shrink with simulated time; all by the wall clock. */
const patience = { handledMs: 40, reportMs: 25, requestMs: 250, silentMs: 300 };
/** Of the product: simulated. */
const usual = { tickMs: 25, handledMs: 500, requestMs: 10_000 };
const signEveryMs = 10;
const signsPerReport = 5;
/** Of the app, when nobody answers: as much sooner as everything is. Wall clock. */
const restarts = { firstRestartMs: 10, longestRestartMs: 200 };
/** Frames come every ten seconds here, not four times a second. Simulated. */
const silentMsLeast = 40_000;
/** Connections are replaced many times a day, not once. Simulated. */
const connectionAgeMsMax = 40 * 60_000;

const settings = JSON.parse(process.argv[2] ?? '') as CollectorSettings;
const { speedMost, directory, brokers, seed } = settings;
const clock = new DayClock(settings.stretch);
const { now, timers } = clock;
const forAnswers = clock.timersOf(patience.requestMs);
const exchangeTimers: Timers = {
  after: (ms, call) => (ms === usual.requestMs ? forAnswers : timers).after(ms, call),
};
process.on('message', (stretch: Stretch) => clock.follow(stretch));
process.on('disconnect', () => process.exit(1));
const say = (message: FromCollector): void => void process.send?.(message);
const logger = createLogger({
  level: 'info',
  name: 'collector',
  json: false,
  write: (line) => appendFileSync(settings.logFile, line),
  now,
});

const load = createLoadMeter();

try {
  const notify = (text: string): void => logger.info(text);
  const log = await openLog({ directory, notify, ...(brokers.length > 0 && { brokers }) });
  const random = seededRandom(seed);
  const exchange = createBinanceUsdm({
    restBase: settings.restBase,
    wsBase: settings.wsBase,
    bans: openBanMemory(directory, logger),
    requestTimeoutMs: usual.requestMs,
    silentAfterMs: Math.max(silentMsLeast, patience.silentMs * speedMost),
    connectionAgeMsMax,
    ...{ now, timers: exchangeTimers, random },
  });
  const collector = createCollector({
    exchanges: [exchange],
    simulated: true,
    primeMinutes: settings.primeMinutes,
    primeBars: settings.primeBars,
    pace: {
      tickMs: usual.tickMs,
      get handledMs() {
        return Math.max(usual.handledMs, patience.handledMs * clock.speed);
      },
      reportMs: patience.reportMs * speedMost,
    },
    ...{ timers, random },
  });
  const supervisor = createSupervisor({
    context: { log, logger, now, settings: readSettings({}), instance: String(process.pid) },
    ...restarts,
  });
  let signs = 0;
  setInterval(() => {
    const [state] = supervisor.states;
    if (state === undefined || ++signs % signsPerReport !== 0) return say({});
    const { status, text, numbers } = state;
    say({ report: { load: load(), status, text, numbers } });
  }, signEveryMs);
  await supervisor.start(collector);
} catch (cause) {
  logger.error(`cannot go on: ${reasonOf(cause)}${cause instanceof Error ? `\n${cause.stack}` : ''}`);
  process.exit(1);
}
