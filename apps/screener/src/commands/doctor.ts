import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@screener/errors';
import { hideCredentials, readSettings, type Settings } from '@screener/service';
import { openDatabase } from '@screener/storage';
import { type Command, parseArguments, writeLine } from '../command.ts';
import { examineExchanges } from '../doctor/examine-exchange.ts';
import { examinePort } from '../doctor/examine-port.ts';
import type { Finding, Verdict } from '../doctor/finding.ts';
import { makeDirectory } from '../make-directory.ts';
import { openProjectLog, readProjectTopology, type Source, sourceOf } from '../open-project-log.ts';
import { createCollectedExchanges } from '../start/collected-exchanges.ts';
import { productRoot, version } from '../version.ts';

const options = {
  demo: { kind: 'flag', about: 'look at the log of simulated data (embedded only), and not for the live market' },
  json: { kind: 'flag', about: 'one JSON object per line' },
} as const;

type Found = Omit<Finding, 'check'> & { readonly check?: string };
type Look = () => Promise<Found | readonly Found[]>;
type Check = readonly [name: string, look: Look];

const marks: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', problem: '✗' };
const ENOUGH_FREE_BYTES = 2 * 1024 ** 3;
/** As wide as the longest name of an exchange and market. */
const CHECK_WIDTH = 15;
const EXCHANGE_WITHIN_MS = 5_000;

export const doctorCommand: Command = {
  name: 'doctor',
  summary:
    'check settings, runtime, disk, log, database, the addresses of the exchanges, the clock and the ports; exit code 1 when something is wrong',
  options,
  async run(args, io) {
    const { options: given } = parseArguments({ name: this.name, options }, args);
    const settings = readSettings(io.environment);
    let problems = 0;
    const notify = (text: string): void => void io.stderr.write(`${text}\n`);
    for (const [name, look] of checksOf(settings, given.demo, notify)) {
      for (const finding of await examine(name, look)) {
        const { check, verdict, text } = finding;
        if (verdict === 'problem') problems++;
        const line = given.json ? JSON.stringify(finding) : `${marks[verdict]} ${check.padEnd(CHECK_WIDTH)} ${text}`;
        await writeLine(io.stdout, line);
      }
    }
    return problems === 0 ? 0 : 1;
  },
};

async function examine(name: string, look: Look): Promise<readonly Finding[]> {
  try {
    const found = [await look()].flat();
    return found.map(({ check = name, verdict, text }) => ({ check, verdict, text: hideCredentials(text) }));
  } catch (cause) {
    return [{ check: name, verdict: 'problem', text: hideCredentials(reasonOf(cause)) }];
  }
}

const ok = (text: string): Found => ({ verdict: 'ok', text });
const warning = (text: string): Found => ({ verdict: 'warning', text });

function checksOf(settings: Settings, demo: boolean, notify: (text: string) => void): readonly Check[] {
  const source = sourceOf(settings, demo, existsSync);
  return [
    [
      'runtime',
      async () =>
        ok(`crypto-screener ${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}`),
    ],
    ['data', async () => examineDirectory(settings.SCREENER_HOME)],
    ['log', () => examineLog(settings, source)],
    [
      'database',
      async () => {
        if (settings.DATABASE_URL === undefined) return ok('embedded PostgreSQL, started by screener start');
        const pool = await openDatabase({ url: settings.DATABASE_URL, notify: () => undefined });
        await pool.end();
        return ok(settings.DATABASE_URL);
      },
    ],
    [
      'exchange',
      async () => {
        if (demo) return ok('simulated market, as asked for with --demo');
        const exchanges = createCollectedExchanges(settings, false, { warn: notify });
        return examineExchanges(exchanges, EXCHANGE_WITHIN_MS);
      },
    ],
    [
      'page',
      async () => {
        const built = existsSync(join(productRoot, 'apps/web/dist/index.html'));
        return built ? ok('built') : warning('not built yet: npm start builds it');
      },
    ],
    ['port', () => examinePort('PORT', settings.HOST, settings.PORT)],
    ...(settings.APP_PORT === undefined
      ? []
      : [['port', () => examinePort('APP_PORT', settings.HOST, settings.APP_PORT ?? 0)] as const]),
  ];
}

function examineDirectory(directory: string): Found {
  makeDirectory(directory);
  const { bavail, bsize } = statfsSync(directory);
  const text = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free in ${directory}`;
  return bavail * bsize < ENOUGH_FREE_BYTES ? warning(`${text}: a month of 500 instruments needs more`) : ok(text);
}

async function examineLog(settings: Settings, source: Source): Promise<Found> {
  const log = await openProjectLog(settings, source, 'read', () => undefined);
  try {
    const found = new Set((await log.describeTopics()).map((topic) => topic.name));
    const missing = readProjectTopology().filter((spec) => !found.has(spec.name));
    const where = log.engine === 'kafka' ? `Kafka at ${settings.KAFKA_BROKERS?.join(',')}` : `embedded, ${source}`;
    if (missing.length === 0) return ok(`${where}, all ${found.size} topics are there`);
    return warning(
      `${where}, ${missing.length} topics are missing: screener start or screener topics apply creates them`,
    );
  } finally {
    await log.close();
  }
}
