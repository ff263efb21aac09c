import { type RuleSchedule, weekdays } from './rule.ts';

const QUARTER_MS = 900_000;
const DAY_MINUTES = 1_440;
/** What is older was meant in seconds: such a rule would be over since 1970, without a word. */
const OLDEST_MOMENT = Date.UTC(2000, 0);
const NEWEST_MOMENT = Date.UTC(3000, 0);
const MOMENT = 'a time from 2000 to 3000 in ms since 1970, for example 1767225600000';

/** What is wrong with a schedule; undefined: nothing. */
export function scheduleProblem(schedule: RuleSchedule): { reason: string; expected: string } | undefined {
  const { timeZone, days, from, until, startAt, expireAt } = schedule;
  if (!isTimeZone(timeZone)) {
    return { reason: `its time zone is '${timeZone}'`, expected: 'an IANA name, for example Europe/Berlin or UTC' };
  }
  const strange = days.find((day) => !(weekdays as readonly string[]).includes(day));
  if (strange !== undefined) {
    return { reason: `'${strange}' is among its days`, expected: `some of ${weekdays.join(', ')}, for example mon` };
  }
  for (const [name, text] of [
    ['begin', from],
    ['end', until],
  ] as const) {
    if (minuteOf(text) === undefined) {
      return {
        reason: `its hours ${name} at '${text}'`,
        expected: 'a time of day from 00:00 to 24:00, for example 09:30',
      };
    }
  }
  if (startAt !== null && !isMoment(startAt)) return { reason: `it starts at ${startAt}`, expected: MOMENT };
  if (expireAt !== null && !isMoment(expireAt)) return { reason: `it expires at ${expireAt}`, expected: MOMENT };
  if (expireAt !== null && startAt !== null && expireAt <= startAt) {
    const [start, end] = [startAt, expireAt].map((time) => new Date(time).toISOString());
    return { reason: `it expires at ${end} and starts at ${start}`, expected: 'an end after its start' };
  }
  return undefined;
}

const isMoment = (time: number): boolean => Number.isSafeInteger(time) && time >= OLDEST_MOMENT && time < NEWEST_MOMENT;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}

/** `09:30` as minutes of the day; undefined: no time of day. */
function minuteOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  return minute <= DAY_MINUTES ? minute : undefined;
}

/** Tells of a moment of event time whether the rule may fire then. The schedule has no problem. */
export function scheduleReader(schedule: RuleSchedule): (at: number) => boolean {
  const { days, startAt, expireAt } = schedule;
  const from = minuteOf(schedule.from) ?? 0;
  const until = minuteOf(schedule.until) ?? DAY_MINUTES;
  const allDay = from % DAY_MINUTES === until % DAY_MINUTES;
  const wanted = weekdays.map((day) => days.length === 0 || days.includes(day));
  const isWanted = (day: number): boolean => wanted[(day + 7) % 7] === true;
  const localTime = localTimeIn(schedule.timeZone);
  return (at) => {
    if ((startAt !== null && at < startAt) || (expireAt !== null && at >= expireAt)) return false;
    const { day, minute } = localTime(at);
    if (allDay) return isWanted(day);
    if (from < until) return minute >= from && minute < until && isWanted(day);
    return minute >= from ? isWanted(day) : minute < until && isWanted(day - 1);
  };
}

interface LocalTime {
  /** 0: Monday. */
  readonly day: number;
  readonly minute: number;
}

/** More names than there are time zones. */
const ZONES_MAX = 1_000;
const zones = new Map<string, (at: number) => LocalTime>();

/** Each zone is read by one: a reader takes tens of kilobytes, and there may be thousands of rules with hours. */
function localTimeIn(timeZone: string): (at: number) => LocalTime {
  let reader = zones.get(timeZone);
  if (reader === undefined) {
    if (zones.size >= ZONES_MAX) zones.clear();
    reader = localTimeReader(timeZone);
    zones.set(timeZone, reader);
  }
  return reader;
}

/** Day of the week and minute of the day in a time zone. */
function localTimeReader(timeZone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  // Clocks are only ever set at quarters of an hour: within one, the minutes simply go on.
  let quarter = Number.NaN;
  let known: LocalTime = { day: 0, minute: 0 };
  return (at) => {
    const start = Math.floor(at / QUARTER_MS) * QUARTER_MS;
    if (start !== quarter) {
      const parts = new Map(format.formatToParts(start).map(({ type, value }) => [type, value]));
      const day = (weekdays as readonly string[]).indexOf((parts.get('weekday') ?? '').toLowerCase());
      known = { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
      quarter = start;
    }
    return { day: known.day, minute: known.minute + Math.floor((at - start) / 60_000) };
  };
}
