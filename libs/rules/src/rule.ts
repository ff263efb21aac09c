/** One version of a rule, as it stands in the topic `rules`. What is absent has the default that RuleSaved.avsc names. */
export interface RuleDefinition {
  /** Id, for example `big_bull_60m`. */
  readonly rule: string;
  /** 1 and up; the highest one counts. A save carries the version it expects to follow, plus one. */
  readonly version: number;
  /** User id, or `preset` for those we ship. */
  readonly owner: string;
  readonly title: string;
  readonly text: string;
  /** CEL over the metrics; its numbers by name as `params.x`. Of a price level: a further condition, `true` for none. */
  readonly condition: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** The window that an alert of this rule is about, for example `1h`; the bar of `once_per_bar`. */
  readonly timeframe: string;
  /** Event time that must pass between two alerts of this rule on one instrument. */
  readonly cooldownMs: number;
  /** False: kept, not evaluated. */
  readonly enabled?: boolean | undefined;
  /** What may be put in for its parameters; those without a range may be any number. */
  readonly ranges?: readonly ParameterRange[] | undefined;
  /** Which instruments; null: all. */
  readonly universe?: RuleUniverse | null | undefined;
  readonly mode?: TriggerMode | undefined;
  readonly frequency?: TriggerFrequency | undefined;
  /** So many closed minutes in a row it has to hold before it fires; 0 and 1: the first one does. */
  readonly forMinutes?: number | undefined;
  /** When it may fire; null: always. */
  readonly schedule?: RuleSchedule | null | undefined;
  readonly severity?: Severity | undefined;
  /** Template of the message, for example `{{symbol}} {{price}}`; empty: the title. */
  readonly message?: string | undefined;
  /** Fires where the price crosses a level; null: a rule of its condition alone. */
  readonly priceLevel?: PriceLevel | null | undefined;
  /** Raised by one to let a rule of frequency `once` fire once more. */
  readonly arming?: number | undefined;
}

/** `close`: closed candles only, never repaints. `live`: the candle in progress too, its alerts are provisional. */
export type TriggerMode = 'close' | 'live';
export const triggerModes: readonly TriggerMode[] = ['close', 'live'];

export type TriggerFrequency = 'once' | 'once_per_bar' | 'once_per_minute' | 'every_time';
export const triggerFrequencies: readonly TriggerFrequency[] = [
  'once',
  'once_per_bar',
  'once_per_minute',
  'every_time',
];

export type Severity = 'info' | 'warning' | 'critical';
export const severities: readonly Severity[] = ['info', 'warning', 'critical'];

export interface ParameterRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** For a form; values between two steps are allowed. */
  readonly step: number;
  /** For people, for example `%`; may be empty. */
  readonly unit: string;
  readonly text: string;
}

/** Which instruments a rule is for: those that pass everything that is given here. */
export interface RuleUniverse {
  /** Quote currencies, for example USDT; empty: any. What is listed later belongs to it. */
  readonly quotes: readonly string[];
  /** Only the so many with the highest quote volume of 24 hours, as of the minute before; null: any. */
  readonly topByVolume: number | null;
  /** Name of a watchlist of the owner; null: none needed. */
  readonly watchlist: string | null;
  /** `BTCUSDT` (on every exchange and market) or `binance:usdm:BTCUSDT`; empty: any. */
  readonly symbols: readonly string[];
  /** The same, for those that it is not for. */
  readonly exclude: readonly string[];
}

export type CrossingDirection = 'up' | 'down' | 'either';
export const crossingDirections: readonly CrossingDirection[] = ['up', 'down', 'either'];

export interface PriceLevel {
  readonly level: number;
  readonly direction: CrossingDirection;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Hours of days in a time zone, and from when until when at all. */
export interface RuleSchedule {
  /** IANA name, for example Europe/Berlin. */
  readonly timeZone: string;
  /** `mon` to `sun`; empty: every day. Hours over midnight belong to the day on which they begin. */
  readonly days: readonly string[];
  /** `09:00`, inclusive. */
  readonly from: string;
  /** `17:30`, exclusive; `24:00` is the end of the day; before `from`: over midnight; the same: all day. */
  readonly until: string;
  /** Event time in ms; null: at once. */
  readonly startAt: number | null;
  /** Event time in ms, exclusive; null: never. */
  readonly expireAt: number | null;
}

export const COOLDOWN_MS_DEFAULT = 300_000;
export const TIMEFRAME_DEFAULT = '1h';
/** Owner of the rules that we ship. */
export const PRESET_OWNER = 'preset';

export const isPriceLevel = (rule: RuleDefinition): rule is RuleDefinition & { readonly priceLevel: PriceLevel } =>
  rule.priceLevel !== undefined && rule.priceLevel !== null;
