/** Faults as data: what goes wrong, when, for whom and for how long. All times are simulated. */
import { readFileSync } from 'node:fs';
import { reasonOf, ScreenerError } from '@screener/errors';
import { type FaultKind, faultKinds } from './fault-kinds.ts';

export interface Fault {
  readonly kind: FaultKind;
  /** After the simulation began. Injected without one: at once. */
  readonly atMs?: number;
  /** How long; a fault that happens at a stroke needs none. */
  readonly durationMs?: number;
  /** Default: every symbol. */
  readonly symbols?: readonly string[];
  /** Over after so many effects, even before its duration. */
  readonly times?: number;
  /**
   * late-final: how late; rest-behind: how far; server-shutdown: from announcement to close; missed-pong: how long the
   * server waits.
   */
  readonly delayMs?: number;
  readonly lifetimeMs?: number;
  readonly skewMs?: number;
  readonly retryAfterSeconds?: number;
  readonly banSeconds?: number;
  /** rate-limit: 418 is a ban at once, as somebody else at the same address did not wait. */
  readonly httpStatus?: number;
  /** REST: only paths that begin so. */
  readonly path?: string;
  readonly status?: string;
  /** halt: whether REST has candles without trades, or none. */
  readonly bars?: 'flat' | 'missing';
  /** corrected-bar: 1 is the newest closed minute. */
  readonly minutesBack?: number;
  /** delisting: from then on the exchange does not know the symbol any more. */
  readonly removeAfterMs?: number;
  /** missed-pong: false spares clients that do answer. */
  readonly lost?: boolean;
}

const year = 366 * 86_400_000;
const limits: Readonly<Record<string, readonly [number, number]>> = {
  atMs: [0, 10 * year],
  durationMs: [0, year],
  times: [1, 1e9],
  delayMs: [0, year],
  lifetimeMs: [1, year],
  skewMs: [-year, year],
  retryAfterSeconds: [1, 1e6],
  banSeconds: [1, 1e6],
  httpStatus: [400, 599],
  minutesBack: [1, 100_000],
  removeAfterMs: [0, year],
};
const faultsMax = 100_000;

/** A list of faults, or the reason why it is none. */
export function parseFaults(found: unknown): readonly Fault[] | string {
  if (!Array.isArray(found)) return 'not a list';
  if (found.length > faultsMax) return `more than ${faultsMax} faults`;
  for (const [index, fault] of found.entries()) {
    const wrong = wrongIn(fault);
    if (wrong !== undefined) return `fault ${index}: ${wrong}`;
  }
  return found;
}

export function readFaults(file: string): readonly Fault[] {
  const expected = `a JSON list of {"kind", "atMs", …}, kind one of ${faultKinds.join(', ')}`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ScreenerError('FILE_UNREADABLE', { file, reason: reasonOf(cause), expected }, { cause });
  }
  const faults = parseFaults(parsed);
  if (typeof faults !== 'string') return faults;
  throw new ScreenerError('FILE_UNREADABLE', { file, reason: faults, expected });
}

export function wrongIn(fault: unknown): string | undefined {
  if (typeof fault !== 'object' || fault === null) return 'not an object';
  for (const [name, value] of Object.entries(fault)) {
    const wrong = wrongValue(name, value);
    if (wrong !== undefined) return wrong;
  }
  return 'kind' in fault ? undefined : 'no kind';
}

function wrongValue(name: string, value: unknown): string | undefined {
  const limit = limits[name];
  if (limit !== undefined) {
    const fits = typeof value === 'number' && value >= limit[0] && value <= limit[1];
    return fits ? undefined : `${name} is ${value}, expected a number from ${limit[0]} to ${limit[1]}`;
  }
  switch (name) {
    case 'kind':
      return faultKinds.some((kind) => kind === value) ? undefined : `unknown kind ${value}`;
    case 'symbols':
      return Array.isArray(value) && value.every((symbol) => typeof symbol === 'string')
        ? undefined
        : 'symbols is no list of names';
    case 'path':
    case 'status':
      return typeof value === 'string' ? undefined : `${name} is no text`;
    case 'bars':
      return value === 'flat' || value === 'missing' ? undefined : `bars is ${value}, expected flat or missing`;
    case 'lost':
      return typeof value === 'boolean' ? undefined : 'lost is neither true nor false';
    default:
      return `unknown field ${name}`;
  }
}
