/** What people write for a place in a topic: an end of it, an offset, a time or an age. */
import { ScreenerError } from '@screener/errors';
import type { Position } from '@screener/log';

export const timeOption = <About extends string>(about: About) =>
  ({ kind: 'text', value: 'WHEN', about, example: '2d' }) as const;

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

type Place = 'beginning' | 'end' | { readonly offset: number } | { readonly time: number };

function placeOf(text: string, nowMs: number): Place | undefined {
  if (text === 'beginning' || text === 'end') return text;
  const offset = /^@(\d{1,15})$/.exec(text);
  if (offset) return { offset: Number(offset[1]) };
  const age = /^-?(\d{1,9})([smhd])$/.exec(text);
  if (age) return { time: nowMs - Number(age[1]) * (unitsMs[age[2] ?? 's'] ?? 0) };
  const time = timeOf(text);
  return time === undefined ? undefined : { time };
}

/** Without a zone it is UTC, as everything here. */
function timeOf(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (!match) return undefined;
  const [, day, clock = '00:00', zone = 'Z'] = match;
  const time = Date.parse(`${day}T${clock}${zone}`);
  // Date.parse takes the 31st of February for the 3rd of March.
  const real = Number.isNaN(time)
    ? undefined
    : new Date(Date.parse(`${day}T00:00Z`)).toISOString().startsWith(day ?? '');
  return real ? time : undefined;
}

/** A time for options that take nothing else. */
export function momentOf(option: string, text: string, nowMs: number): number {
  const place = placeOf(text, nowMs);
  if (typeof place === 'object' && 'time' in place) return place.time;
  const expected = 'a UTC time or an age';
  throw new ScreenerError('OPTION_INVALID', { option, found: text, expected, example: `${option} 2026-01-31T14:00` });
}

export function positionOf(text: string, nowMs: number, partitions: readonly number[]): Position {
  const place = placeOf(text, nowMs);
  if (place === undefined) {
    throw new ScreenerError('OPTION_INVALID', {
      option: '--from',
      found: text,
      expected: 'beginning, end, @offset, a UTC time or an age',
      example: '--from 2h, --from @1500 or --from 2026-01-31T14:00Z',
    });
  }
  if (typeof place === 'string' || 'time' in place) return place;
  return { offsets: new Map(partitions.map((partition) => [partition, place.offset])) };
}

/** What is no longer of the slice: offsets from there on, in each partition, or events from that time on. */
export type Stop = { readonly offset: number } | { readonly time: number };

export function stopOf(text: string | undefined, nowMs: number): Stop | undefined {
  if (text === undefined || text === 'end') return undefined;
  const place = placeOf(text, nowMs);
  if (place !== undefined && typeof place !== 'string') return place;
  throw new ScreenerError('OPTION_INVALID', {
    option: '--to',
    found: text,
    expected: 'end, @offset, a UTC time or an age',
    example: '--to 1h, --to @2500 or --to 2026-01-31T15:00Z',
  });
}
