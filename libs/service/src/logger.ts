/** Log lines: readable on a terminal, JSON elsewhere. Secrets never appear: what looks like one is masked. */
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFacts = Readonly<Record<string, unknown>>;

export interface Logger {
  readonly level: Level;
  debug(text: string, facts?: LogFacts): void;
  info(text: string, facts?: LogFacts): void;
  warn(text: string, facts?: LogFacts): void;
  /** A stack is printed at level debug only. */
  error(text: string, facts?: LogFacts & { readonly cause?: unknown }): void;
  child(name: string): Logger;
}

export interface LoggerOptions {
  readonly level: Level;
  readonly name: string;
  readonly json: boolean;
  readonly write: (line: string) => void;
  readonly now: () => number;
}

const ranks: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const secretName = /pass(word)?|secret|token|api[-_]?key|authorization|signature/i;
const credentialsInUrl = /(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g;

export function createLogger(options: LoggerOptions): Logger {
  const line = (level: Level, text: string, facts: LogFacts = {}): void => {
    if (ranks[level] < ranks[options.level]) return;
    const { cause, ...others } = facts;
    const shown = mask(others);
    const stack = cause instanceof Error && options.level === 'debug' ? hideCredentials(cause.stack ?? '') : undefined;
    const at = new Date(options.now()).toISOString();
    if (options.json) {
      const entry = { at, level, app: options.name, text: hideCredentials(text), ...shown, ...(stack && { stack }) };
      options.write(`${JSON.stringify(entry)}\n`);
      return;
    }
    const tail = Object.entries(shown).map(
      ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    options.write(
      `${at.slice(11, 23)} ${level.padEnd(5)} ${options.name.padEnd(10)} ${hideCredentials(text)}${tail.join('')}\n`,
    );
    if (stack) options.write(`${stack}\n`);
  };
  return {
    level: options.level,
    debug: (text, facts) => line('debug', text, facts),
    info: (text, facts) => line('info', text, facts),
    warn: (text, facts) => line('warn', text, facts),
    error: (text, facts) => line('error', text, facts),
    child: (name) => createLogger({ ...options, name }),
  };
}

export const hideCredentials = (text: string): string => text.replace(credentialsInUrl, '$1:***@');

function mask(facts: LogFacts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [
      key,
      secretName.test(key) ? '***' : typeof value === 'string' ? hideCredentials(value) : value,
    ]),
  );
}
