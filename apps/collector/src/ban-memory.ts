/**
 * Bans of exchanges in a small file: a restart sends nothing before they are over, and neither does another process of
 * this machine, a command beside the collector for example.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BanMemory } from '@screener/exchanges';
import type { Logger } from '@screener/service';

const fileName = 'exchange-bans.json';

/** Never throws: a file that cannot be read or written is said, and the ban holds for this process alone. */
export function openBanMemory(directory: string, logger: Pick<Logger, 'warn'>): BanMemory {
  const file = join(directory, fileName);
  const own = new Map<string, number>();
  let damagedText: string | undefined;

  /** Said once of the same text: it is read every second. */
  function inFile(): ReadonlyMap<string, number> {
    const text = textOf(file);
    if (text === undefined || text === damagedText) return new Map();
    try {
      return parseBans(text);
    } catch (cause) {
      damagedText = text;
      logger.warn(`${file} is damaged: bans of other runs and processes are not known`, { cause });
      return new Map();
    }
  }

  return {
    until: (group) => Math.max(own.get(group) ?? 0, inFile().get(group) ?? 0),
    remember(group, until) {
      own.set(group, until);
      // Others write it, too: of each group the longest ban counts.
      const kept = inFile();
      if ((kept.get(group) ?? 0) >= until) return;
      const all = new Map(kept);
      for (const [name, time] of own) all.set(name, Math.max(time, kept.get(name) ?? 0));
      try {
        mkdirSync(dirname(file), { recursive: true });
        // Whole or not at all: a kill in between leaves the old one.
        const draft = `${file}.${process.pid}.new`;
        writeFileSync(draft, `${JSON.stringify(Object.fromEntries(all))}\n`);
        renameSync(draft, file);
      } catch (cause) {
        logger.warn(`${file} cannot be written: a restart would not know of the ban`, { cause });
      }
    },
  };
}

/** undefined: there was no ban yet. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseBans(text: string): ReadonlyMap<string, number> {
  const found: unknown = JSON.parse(text);
  const entries: readonly (readonly [string, unknown])[] = Object.entries(
    typeof found === 'object' && found !== null ? found : {},
  );
  return new Map(entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}
