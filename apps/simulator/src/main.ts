/** Runs the simulated exchange as a process of its own. */
import { parseArgs } from 'node:util';
import { reasonOf, ScreenerError } from '@screener/errors';
import { catalogue } from './catalogue.ts';
import { type DialectName, dialectNames } from './dialects/dialect.ts';
import { dialects, faultKindsOf } from './dialects/dialects.ts';
import { type Fault, readFaults } from './faults/fault-plan.ts';
import { seededPlan } from './faults/seeded-plan.ts';
import { readCandles } from './replay/candle-file.ts';
import type { Replay } from './replay/replayed-market.ts';
import { startSimulator } from './simulator.ts';

const command = 'simulator';
const example = {
  port: '8090',
  host: '127.0.0.1',
  seed: '1',
  instruments: '50',
  speed: '1',
  'fault-seed': '1',
} as const;
const about = `A simulated exchange: instruments and candles over REST and WebSocket, as Binance, Bybit or OKX tell them.
  --port N         port to listen on (8090)
  --host ADDRESS   address to listen on (127.0.0.1)
  --seed N         another number is another market (1)
  --instruments N  how many (50)
  --speed N        times real time, until now is reached (1)
  --dialect NAME   ${dialectNames.join(', ')} (usdm)
  --faults FILE    what goes wrong and when: a JSON list of {"kind", "atMs", …}
  --fault-seed N   things go wrong in turn, one every two minutes of simulated time
  --replay FILE.csv[.gz]=SYMBOL  real candles as the market of a symbol; may be given several times
It says at the end which faults really happened.`;

const faultEveryMs = 120_000;
const seededFaults = 10_000;

try {
  await run(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(`${command}: ${reasonOf(thrown)}\n`);
  process.exitCode = thrown instanceof ScreenerError ? thrown.exitCode : 1;
}

async function run(args: readonly string[]): Promise<void> {
  const { values } = parse(args);
  if (values.help) {
    process.stdout.write(`${about}\n`);
    return;
  }
  const instruments = number('instruments', values.instruments, 1e9);
  const dialect = dialectOf(values.dialect);
  const simulator = await startSimulator({
    port: number('port', values.port, 65_535),
    host: values.host,
    seed: number('seed', values.seed, 2 ** 31 - 1),
    instruments,
    speed: number('speed', values.speed, 1e9),
    faults: faultsOf(values.faults, values['fault-seed'], instruments, dialect),
    dialect,
    replays: (values.replay ?? []).map(replayOf),
    now: Date.now,
    notify: (text) => process.stdout.write(`${text}\n`),
  });
  const stop = (): void => {
    for (const [kind, { fired, started, effects }] of Object.entries(simulator.faults.counts())) {
      if (started > 0) process.stdout.write(`${kind}: ${fired} of ${started} had an effect, ${effects} in all\n`);
    }
    simulator.stop().catch((thrown: unknown) => {
      process.stderr.write(`${command}: ${reasonOf(thrown)}\n`);
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function faultsOf(
  file: string | undefined,
  seed: string | undefined,
  instruments: number,
  dialect: DialectName,
): readonly Fault[] {
  const written = file === undefined ? [] : readFaults(file);
  if (seed === undefined) return written;
  const { symbolOf } = dialects[dialect];
  const lively = catalogue(Math.min(instruments, seededFaults), symbolOf).filter(
    ({ tradedShare }) => tradedShare === 1,
  );
  const symbols = lively.map(({ symbol }) => symbol);
  const kinds = faultKindsOf(dialect);
  const spread = { afterMs: faultEveryMs, everyMs: faultEveryMs, count: seededFaults, kinds };
  return [...written, ...seededPlan({ seed: number('fault-seed', seed, 2 ** 31 - 1), symbols, ...spread })];
}

function dialectOf(text: string): DialectName {
  const found = dialectNames.find((name) => name === text);
  if (found !== undefined) return found;
  const expected = `one of ${dialectNames.join(', ')}`;
  throw new ScreenerError('OPTION_INVALID', { option: '--dialect', found: text, expected, example: '--dialect spot' });
}

function replayOf(text: string): Replay {
  const cut = text.lastIndexOf('=');
  if (cut > 0 && cut < text.length - 1)
    return { symbol: text.slice(cut + 1), candles: readCandles(text.slice(0, cut)) };
  const facts = { option: '--replay', found: text, expected: 'a file and a symbol' };
  throw new ScreenerError('OPTION_INVALID', { ...facts, example: '--replay candles.csv.gz=AVAXUSDT' });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string', default: example.port },
        host: { type: 'string', default: example.host },
        seed: { type: 'string', default: example.seed },
        instruments: { type: 'string', default: example.instruments },
        speed: { type: 'string', default: example.speed },
        replay: { type: 'string', multiple: true },
        dialect: { type: 'string', default: 'usdm' },
        faults: { type: 'string' },
        'fault-seed': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    const option = /'([^']+)'/.exec(reasonOf(cause))?.[1] ?? reasonOf(cause);
    const expected = [...Object.keys(example), 'dialect', 'faults', 'replay'].map((name) => `--${name}`);
    throw new ScreenerError('OPTION_UNKNOWN', { option, command, expected: expected.join(', ') }, { cause });
  }
}

function number(option: keyof typeof example, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  const facts = { option: `--${option}`, found: text, expected: `a whole number up to ${most}` };
  throw new ScreenerError('OPTION_INVALID', { ...facts, example: `--${option} ${example[option]}` });
}
