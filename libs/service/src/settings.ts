/** Settings come from the environment, checked at start: a wrong one names itself, what was expected and an example. */
import { ScreenerError } from '@screener/errors';
import { z } from 'zod';

interface Row<T> {
  readonly schema: z.ZodType<T>;
  readonly expected: string;
  readonly example: string;
  readonly about: string;
  /** Names that existing deployments use for the same thing. */
  readonly aliases?: readonly string[];
}

const row = <T>(
  schema: z.ZodType<T>,
  about: string,
  expected: string,
  example: string,
  aliases?: readonly string[],
): Row<T> => ({
  schema,
  about,
  expected,
  example,
  ...(aliases && { aliases }),
});

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const oneOrMore = <const Name extends string>(...names: readonly Name[]) => list.pipe(z.array(z.enum(names)).min(1));
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)));

/** Each window makes every metrics event about 70 bytes longer. */
const CUSTOM_WINDOWS_MAX = 8;

/** In minutes; undefined where it is none. */
function windowLength(name: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,3})([mh])$/.exec(name) ?? [];
  const minutes = Number(count) * (unit === 'h' ? 60 : 1);
  return minutes <= 1_440 ? minutes : undefined;
}

/** Every setting. docs/settings.md lists the same rows; a test keeps them equal. */
export const settingsTable = {
  SCREENER_HOME: row(z.string().default('.screener'), 'Data directory', 'a path', '/var/lib/screener'),
  KAFKA_BROKERS: row(
    list.optional(),
    'Kafka instead of the embedded log',
    'host:port, separated by commas',
    'localhost:9092',
  ),
  KAFKA_CLIENT: row(
    z.enum(['platformatic', 'kafkajs']).default('platformatic'),
    'The library that speaks to Kafka; change it for all processes at once, their consumer groups cannot be mixed',
    'platformatic or kafkajs',
    'platformatic',
  ),
  SCREENER_INSTANCE: row(
    z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,200}$/)
      .optional(),
    'On Kafka: a name of this process that outlives a restart and that no other process has, such as its pod of a StatefulSet; a restart within 6 s then moves no partition',
    'letters, digits, dots, dashes and underscores',
    'calculator-0',
  ),
  SCHEMA_REGISTRY_URL: row(
    url('http', 'https').optional(),
    'Schema registry that gives the ids of schemas, instead of schemas/ids.json; a log is bound to one of the two',
    'an http(s) address',
    'http://localhost:8081',
  ),
  DATABASE_URL: row(
    url('postgres', 'postgresql').optional(),
    'PostgreSQL instead of the embedded one',
    'a postgres:// address',
    'postgres://user:password@localhost:5432/screener',
    ['TIMESCALEDB_URL', 'POSTGRES_URL'],
  ),
  HOST: row(
    z.string().default('127.0.0.1'),
    'Address that the page and the APIs listen on',
    'an address of this machine',
    '0.0.0.0',
  ),
  PORT: row(whole(0, 65_535).default(3000), 'Port of the page and the APIs', 'a port number', '3000'),
  APP_PORT: row(
    whole(0, 65_535).optional(),
    'Port of /health, /ready and /metrics of one process, on HOST. One process per app: any free port unless set, and with --processes each app has the next one. Everything in one process: the port of the page has them too, and this one is off unless set',
    'a port number, or 0 for any that is free',
    '9464',
  ),
  LOG_LEVEL: row(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'How much is logged',
    'debug, info, warn, error or silent',
    'info',
  ),
  EXCHANGES: row(
    list
      .refine((names) => names.length > 0 && names.every((name) => /^[a-z]+:[a-z]+$/.test(name)))
      .default(['binance:usdm']),
    'Exchanges and their markets that are collected',
    'some of binance:usdm, binance:spot, bybit:linear, bybit:spot, okx:swap, okx:spot, kraken:spot and deribit:futures, separated by commas',
    'binance:usdm,bybit:linear',
  ),
  SYMBOLS: row(
    list.optional(),
    'Only these symbols, as the exchange writes them or with the exchange',
    'symbols separated by commas',
    'BTCUSDT,bybit:linear:ETHUSDT',
  ),
  SYMBOLS_DENIED: row(
    list.default([]),
    'Not these symbols, written in the same way',
    'symbols separated by commas',
    'USDCUSDT',
  ),
  QUOTES: row(
    list.refine((names) => names.length > 0).default(['USDT']),
    'Only instruments that are quoted in one of these',
    'assets separated by commas',
    'USDT,USDC',
  ),
  INSTRUMENT_KINDS: row(
    oneOrMore('perpetual', 'spot', 'other').default(['perpetual', 'spot']),
    'Only instruments of these kinds',
    'some of perpetual, spot and other, separated by commas',
    'perpetual',
  ),
  INSTRUMENT_STATUSES: row(
    oneOrMore('listed', 'trading', 'halted').default(['trading']),
    'Instruments that stand so are collected; of any other, candles are expected no more',
    'some of listed, trading and halted, separated by commas',
    'trading',
  ),
  TOP_BY_VOLUME: row(
    whole(1, 100_000).optional(),
    'Only so many of each exchange, by the traded value of the last 24 hours; who is in stays until its rank is a fifth worse',
    'a whole number',
    '200',
  ),
  STREAMS_PER_CONNECTION: row(
    whole(1, 200).default(200),
    'How many instruments share one connection to an exchange; fewer make more connections, and each that breaks takes fewer along',
    'a whole number from 1 to 200',
    '50',
  ),
  INTERVALS: row(
    list.optional(),
    'Accepted for existing deployments; every interval is computed',
    'intervals separated by commas',
    '1m,5m,1h',
  ),
  BUFFER_SIZE: row(
    whole(1, 1_000_000).optional(),
    'Accepted for existing deployments; 1,440 minutes are always kept',
    'a whole number',
    '1440',
  ),
  REDIS_URL: row(
    url('redis', 'rediss').optional(),
    'Accepted for existing deployments; not used yet',
    'a redis:// address',
    'redis://localhost:6379',
  ),
  RETENTION_HOURS: row(
    whole(1, 8_760).default(48),
    'How far back alerts are listed by default',
    'hours from 1 to 8760',
    '48',
  ),
  BINANCE_REST_BASE: row(
    url('http', 'https').default('https://fapi.binance.com'),
    'Binance USD-M futures REST address',
    'an http(s) address',
    'https://fapi.binance.com',
    ['BINANCE_API_URL'],
  ),
  BINANCE_WS_BASE: row(
    url('ws', 'wss').default('wss://fstream.binance.com'),
    'Binance USD-M futures WebSocket address',
    'a ws(s) address',
    'wss://fstream.binance.com',
    ['BINANCE_WS_URL'],
  ),
  COINGECKO_API_KEY: row(
    z.string().min(1).max(200).optional(),
    'A key of CoinGecko: instruments then know the market capitalisation of what is traded, unknown otherwise',
    'a key',
    'CG-xxxxxxxxxxxxxxxxxxxxxxxx',
  ),
  COINGECKO_REST_BASE: row(
    url('http', 'https').default('https://api.coingecko.com'),
    'Address of CoinGecko; keys of paid plans have one of their own',
    'an http(s) address',
    'https://pro-api.coingecko.com',
  ),
  CHANGE_BASIS: row(
    z.enum(['open', 'oldest-close']).default('open'),
    'What a change is measured against: the open or the close of the oldest candle of the window',
    'open or oldest-close',
    'open',
  ),
  ALERTS_PER_MINUTE_MAX: row(
    whole(1, 100_000).default(200),
    'Alerts that one instrument may have in one minute; what is more is summarised. The same for all processes',
    'a whole number from 1 to 100000',
    '200',
  ),
  CUSTOM_WINDOWS: row(
    list
      .refine((names) => names.length <= CUSTOM_WINDOWS_MAX && names.every((name) => windowLength(name) !== undefined))
      .transform((names) => [...new Set(names.flatMap((name) => windowLength(name) ?? []))])
      .default([]),
    'Rolling windows beside 1m 5m 15m 30m 1h 4h 8h 1d; their numbers are change_45m and so on. The same for all processes',
    `at most ${CUSTOM_WINDOWS_MAX} lengths in whole minutes or hours, from 1m to 24h, separated by commas`,
    '45m,2h,12h',
  ),
  SUPABASE_JWT_SECRET: row(
    z.string().min(1).optional(),
    'Accepted for existing deployments; not used yet',
    'a secret',
    'a-long-random-text',
  ),
} satisfies Record<string, Row<unknown>>;

export type Settings = { readonly [K in keyof typeof settingsTable]: z.output<(typeof settingsTable)[K]['schema']> };
export type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(environment: Environment): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(settingsTable) as [string, Row<unknown>][]) {
    const given = [name, ...(entry.aliases ?? [])].find((candidate) => (environment[candidate] ?? '') !== '');
    const text = given === undefined ? undefined : environment[given];
    const parsed = entry.schema.safeParse(text);
    if (!parsed.success) {
      const secret = /SECRET|_KEY$|_URL$/.test(given ?? name);
      throw new ScreenerError('SETTING_INVALID', {
        setting: given ?? name,
        found: secret ? '(hidden)' : (text ?? ''),
        expected: entry.expected,
        example: entry.example,
      });
    }
    settings[name] = parsed.data;
  }
  return settings as Settings;
}
