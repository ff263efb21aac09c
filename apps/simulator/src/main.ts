/** Runs the simulated exchange as a process of its own. */
import { parseArgs } from 'node:util';
import { reasonOf, ScreenerError } from '@screener/errors';
import { startSimulator } from './simulator.ts';

const command = 'simulator';
const example = { port: '8090', host: '127.0.0.1', seed: '1', instruments: '50', speed: '1' } as const;
const about = `A simulated exchange: Binance USD-M futures, REST and WebSocket, klines.
  --port N         port to listen on (8090)
  --host ADDRESS   address to listen on (127.0.0.1)
  --seed N         another number is another market (1)
  --instruments N  how many (50)
  --speed N        times real time, until now is reached (1)`;

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
  const simulator = await startSimulator({
    port: number('port', values.port, 65_535),
    host: values.host,
    seed: number('seed', values.seed, 2 ** 31 - 1),
    instruments: number('instruments', values.instruments, 1e9),
    speed: number('speed', values.speed, 1e9),
    now: Date.now,
    notify: (text) => process.stdout.write(`${text}\n`),
  });
  const stop = (): void => {
    simulator.stop().catch((thrown: unknown) => {
      process.stderr.write(`${command}: ${reasonOf(thrown)}\n`);
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
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
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    const option = /'([^']+)'/.exec(reasonOf(cause))?.[1] ?? reasonOf(cause);
    const expected = Object.keys(example).map((name) => `--${name}`);
    throw new ScreenerError('OPTION_UNKNOWN', { option, command, expected: expected.join(', ') }, { cause });
  }
}

function number(option: keyof typeof example, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  const facts = { option: `--${option}`, found: text, expected: `a whole number up to ${most}` };
  throw new ScreenerError('OPTION_INVALID', { ...facts, example: `--${option} ${example[option]}` });
}
