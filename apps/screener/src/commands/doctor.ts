import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@screener/errors';
import { hideCredentials, readSettings, type Settings } from '@screener/service';
import { openDatabase } from '@screener/storage';
import { type Command, parseArguments, writeLine } from '../command.ts';
import { makeDirectory } from '../make-directory.ts';
import { openProjectLog, readProjectTopology, sourceOf } from '../open-project-log.ts';
import { chooseSource } from '../start/choose-source.ts';
import { checkPortFree } from '../start/free-port.ts';
import { productRoot, version } from '../version.ts';

const options = {
  demo: { kind: 'flag', about: 'look at the log of simulated data (embedded only), and not for the live market' },
  json: { kind: 'flag', about: 'one JSON object per line' },
} as const;

type Verdict = 'ok' | 'warning' | 'problem';
interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly text: string;
}
type Check = readonly [name: string, look: () => Promise<readonly [Verdict, string]>];

const marks: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', problem: '✗' };
const ENOUGH_FREE_BYTES = 2 * 1024 ** 3;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'check settings, runtime, disk, log, database, exchange and port; exit code 1 when something is wrong',
  options,
  async run(args, io) {
    const { options: given } = parseArguments({ name: this.name, options }, args);
    const settings = readSettings(io.environment);
    let problems = 0;
    for (const [check, look] of checksOf(settings, given.demo)) {
      const finding = await examine(check, look);
      if (finding.verdict === 'problem') problems++;
      await writeLine(
        io.stdout,
        given.json ? JSON.stringify(finding) : `${marks[finding.verdict]} ${check.padEnd(10)} ${finding.text}`,
      );
    }
    return problems === 0 ? 0 : 1;
  },
};

async function examine(check: string, look: Check[1]): Promise<Finding> {
  try {
    const [verdict, text] = await look();
    return { check, verdict, text: hideCredentials(text) };
  } catch (cause) {
    return { check, verdict: 'problem', text: hideCredentials(reasonOf(cause)) };
  }
}

function checksOf(settings: Settings, demo: boolean): readonly Check[] {
  const source = sourceOf(settings, demo, existsSync);
  return [
    [
      'runtime',
      async () => [
        'ok',
        `crypto-screener ${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
      ],
    ],
    [
      'data',
      async () => {
        makeDirectory(settings.SCREENER_HOME);
        const { bavail, bsize } = statfsSync(settings.SCREENER_HOME);
        const gibibytes = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free in ${settings.SCREENER_HOME}`;
        return bavail * bsize < ENOUGH_FREE_BYTES
          ? ['warning', `${gibibytes}: a month of 500 instruments needs more`]
          : ['ok', gibibytes];
      },
    ],
    [
      'log',
      async () => {
        const log = await openProjectLog(settings, source, 'read', () => undefined);
        try {
          const found = new Set((await log.describeTopics()).map((topic) => topic.name));
          const missing = readProjectTopology().filter((spec) => !found.has(spec.name));
          const where =
            log.engine === 'kafka' ? `Kafka at ${settings.KAFKA_BROKERS?.join(',')}` : `embedded, ${source}`;
          if (missing.length === 0) return ['ok', `${where}, all ${found.size} topics are there`];
          return [
            'warning',
            `${where}, ${missing.length} topics are missing: screener start or screener topics apply creates them`,
          ];
        } finally {
          await log.close();
        }
      },
    ],
    [
      'database',
      async () => {
        if (settings.DATABASE_URL === undefined) return ['ok', 'embedded PostgreSQL, started by screener start'];
        const pool = await openDatabase({ url: settings.DATABASE_URL, notify: () => undefined });
        await pool.end();
        return ['ok', settings.DATABASE_URL];
      },
    ],
    [
      'exchange',
      async () => {
        const choice = await chooseSource({ live: false, demo, restBase: settings.BINANCE_REST_BASE });
        return [choice.source === 'live' || demo ? 'ok' : 'warning', choice.reason];
      },
    ],
    [
      'page',
      async () => {
        const built = existsSync(join(productRoot, 'apps/web/dist/index.html'));
        return built ? ['ok', 'built'] : ['warning', 'not built yet: npm start builds it'];
      },
    ],
    [
      'port',
      async () => {
        await checkPortFree(settings.HOST, settings.PORT);
        return ['ok', `${settings.HOST}:${settings.PORT} is free`];
      },
    ],
  ];
}
