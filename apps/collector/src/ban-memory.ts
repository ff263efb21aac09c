/** Bans of exchanges in a small file, so that a restart sends nothing before they are over. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BanMemory } from '@screener/exchanges';
import type { Logger } from '@screener/service';

const fileName = 'exchange-bans.json';

/** Never throws: a file that cannot be read or written is said, and the ban holds for this process alone. */
export function openBanMemory(directory: string, logger: Pick<Logger, 'warn'>): BanMemory {
  const file = join(directory, fileName);
  const bans = new Map(Object.entries(readBans(file, logger)));
  return {
    until: (group) => bans.get(group) ?? 0,
    remember(group, until) {
      bans.set(group, until);
      try {
        mkdirSync(dirname(file), { recursive: true });
        // Whole or not at all: a kill in between leaves the old one.
        const draft = `${file}.${process.pid}.new`;
        writeFileSync(draft, `${JSON.stringify(Object.fromEntries(bans))}\n`);
        renameSync(draft, file);
      } catch (cause) {
        logger.warn(`${file} cannot be written: a restart would not know of the ban`, { cause });
      }
    },
  };
}

function readBans(file: string, logger: Pick<Logger, 'warn'>): Readonly<Record<string, number>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {}; // there was no ban yet
  }
  try {
    const found: unknown = JSON.parse(text);
    const entries = Object.entries(typeof found === 'object' && found !== null ? found : {});
    return Object.fromEntries(entries.filter(([, until]) => Number.isFinite(until)));
  } catch (cause) {
    logger.warn(`${file} is damaged: bans of an earlier run are not known`, { cause });
    return {};
  }
}
