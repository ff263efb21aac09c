import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBanMemory } from './ban-memory.ts';

describe('bans in a file', () => {
  let directory = '';
  const said: string[] = [];
  const logger = { warn: (text: string) => void said.push(text) };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'bans-'));
    said.length = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are known after a restart', () => {
    const memory = openBanMemory(directory, logger);
    expect(memory.until('binance')).toBe(0);
    memory.remember('binance', 1_700_000_000_000);
    memory.remember('bybit', 5);
    expect(openBanMemory(directory, logger).until('binance')).toBe(1_700_000_000_000);
    expect(openBanMemory(directory, logger).until('bybit')).toBe(5);
    expect(readdirSync(directory), 'no drafts stay').toEqual(['exchange-bans.json']);
    expect(said).toEqual([]);
  });

  it('are shared by processes: each hears of the others’, and of each group the longest counts', () => {
    const [collector, command] = [openBanMemory(directory, logger), openBanMemory(directory, logger)];
    collector.remember('binance', 1_000);
    expect(command.until('binance')).toBe(1_000);
    command.remember('bybit', 2_000);
    command.remember('binance', 500);
    expect([collector.until('bybit'), collector.until('binance')]).toEqual([2_000, 1_000]);
    collector.remember('okx', 3_000);
    const restarted = openBanMemory(directory, logger);
    expect(['binance', 'bybit', 'okx'].map(restarted.until)).toEqual([1_000, 2_000, 3_000]);
    expect(said).toEqual([]);
  });

  it('are kept by this process where the file is damaged or cannot be written, which is said', () => {
    const file = join(directory, 'exchange-bans.json');
    writeFileSync(file, '{"binance":17');
    const damaged = openBanMemory(directory, logger);
    expect(damaged.until('binance')).toBe(0);
    expect(damaged.until('binance')).toBe(0);
    expect(said).toEqual([expect.stringContaining('is damaged')]);
    writeFileSync(file, '{"binance":"soon","okx":9}');
    expect(openBanMemory(directory, logger).until('binance')).toBe(0);
    expect(openBanMemory(directory, logger).until('okx')).toBe(9);

    const unwritable = openBanMemory(join(file, 'below'), logger);
    unwritable.remember('okx', 12);
    expect(unwritable.until('okx')).toBe(12);
    expect(said.at(-1)).toContain('cannot be written');
    expect(existsSync(join(file, 'below'))).toBe(false);
    expect(readFileSync(file, 'utf8')).toContain('okx');
  });
});
