/** What was asked for on the command line: every value in its range, before anything starts. */
import { parseArgs } from 'node:util';
import { reasonOf, ScreenerError } from '@screener/errors';
import { instrumentsMax } from './catalogue.ts';
import { type DialectName, dialectNames } from './dialects/dialect.ts';
import { speedMax } from './simulator.ts';

const command = 'simulator';
const seedMax = 2 ** 31 - 1;

interface Whole {
  readonly least: number;
  readonly most: number;
  readonly example: string;
}

const wholes = {
  port: { least: 0, most: 65_535, example: '8090' },
  seed: { least: 0, most: seedMax, example: '1' },
  instruments: { least: 1, most: instrumentsMax, example: '50' },
  speed: { least: 1, most: speedMax, example: '10' },
  'fault-seed': { least: 0, most: seedMax, example: '1' },
} as const satisfies Record<string, Whole>;
type WholeName = keyof typeof wholes;

const texts = {
  host: { expected: 'an address of this machine', example: '127.0.0.1' },
  dialect: { expected: `one of ${dialectNames.join(', ')}`, example: 'spot' },
  faults: { expected: 'a file', example: 'faults.json' },
  replay: { expected: 'a file and a symbol', example: 'candles.csv.gz=AVAXUSDT' },
} as const;

export const about = `A simulated exchange: instruments and candles over REST and WebSocket, as Binance, Bybit or OKX tell them.
  --port N         port to listen on (8090; 0: a free one)
  --host ADDRESS   address to listen on (127.0.0.1)
  --seed N         another number is another market (1)
  --instruments N  how many, up to ${instrumentsMax} (50)
  --speed N        times real time, until now is reached, up to ${speedMax} (1)
  --dialect NAME   ${dialectNames.join(', ')} (usdm)
  --faults FILE    what goes wrong and when: a JSON list of {"kind", "atMs", …}; README.md has the kinds
  --fault-seed N   things go wrong in turn, one every two minutes of simulated time
  --replay FILE.csv[.gz]=SYMBOL  real candles as the market of a symbol; may be given several times
It says at the end which faults really happened.`;

export interface Arguments {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly instruments: number;
  readonly speed: number;
  readonly dialect: DialectName;
  readonly faultsFile: string | undefined;
  readonly faultSeed: number | undefined;
  readonly replays: readonly { readonly file: string; readonly symbol: string }[];
}

/** Throws what is wrong with them, in one line. */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const { help, replay = [], ...values } = parsed(args);
  if (help) return 'help';
  const faultSeed = values['fault-seed'];
  return {
    port: whole('port', values.port),
    host: values.host,
    seed: whole('seed', values.seed),
    instruments: whole('instruments', values.instruments),
    speed: whole('speed', values.speed),
    dialect: dialectNamed(values.dialect),
    faultsFile: values.faults,
    faultSeed: faultSeed === undefined ? undefined : whole('fault-seed', faultSeed),
    replays: replay.map(replayOf),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { ...text, default: '8090' },
        host: { ...text, default: '127.0.0.1' },
        seed: { ...text, default: '1' },
        instruments: { ...text, default: '50' },
        speed: { ...text, default: '1' },
        dialect: { ...text, default: 'usdm' },
        'fault-seed': text,
        faults: text,
        replay: { ...text, multiple: true },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    throw notUnderstood(args, cause);
  }
}

/** Node's own words take a value that looks like an option for one. */
function notUnderstood(args: readonly string[], cause: unknown): ScreenerError {
  const option = /'(--[^' ]+)/.exec(reasonOf(cause))?.[1] ?? /'([^']+)'/.exec(reasonOf(cause))?.[1] ?? '';
  const name = option.slice(2);
  const found = args[args.indexOf(option) + 1] ?? '';
  if (isWhole(name)) return invalid(name, found, expectedOf(wholes[name]), wholes[name].example, cause);
  if (isText(name)) return invalid(name, found, texts[name].expected, texts[name].example, cause);
  const expected = [...Object.keys(wholes), ...Object.keys(texts)].map((known) => `--${known}`).join(', ');
  return new ScreenerError('OPTION_UNKNOWN', { option, command, expected }, { cause });
}

const isWhole = (name: string): name is WholeName => Object.hasOwn(wholes, name);
const isText = (name: string): name is keyof typeof texts => Object.hasOwn(texts, name);
const expectedOf = ({ least, most }: Whole): string => `a whole number from ${least} to ${most}`;

function invalid(name: string, found: string, expected: string, example: string, cause?: unknown): ScreenerError {
  const facts = { option: `--${name}`, found, expected, example: `--${name} ${example}` };
  return new ScreenerError('OPTION_INVALID', facts, { cause });
}

function whole(name: WholeName, text: string): number {
  const { least, most, example } = wholes[name];
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw invalid(name, text, expectedOf(wholes[name]), example);
}

function dialectNamed(text: string): DialectName {
  const found = dialectNames.find((name) => name === text);
  if (found === undefined) throw invalid('dialect', text, texts.dialect.expected, texts.dialect.example);
  return found;
}

function replayOf(text: string): Arguments['replays'][number] {
  const cut = text.lastIndexOf('=');
  if (cut > 0 && cut < text.length - 1) return { file: text.slice(0, cut), symbol: text.slice(cut + 1) };
  throw invalid('replay', text, texts.replay.expected, texts.replay.example);
}
