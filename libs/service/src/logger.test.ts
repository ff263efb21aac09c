import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

const record = (json: boolean, level: 'info' | 'debug' = 'info') => {
  const lines: string[] = [];
  return {
    lines,
    logger: createLogger({ level, name: 'app', json, write: (line) => void lines.push(line), now: () => 0 }),
  };
};

test('secrets are masked, by name and inside addresses', () => {
  const { lines, logger } = record(true);
  logger.info('connected to postgres://me:hunter2@db/x', { apiKey: 'k-123', url: 'redis://u:pw@h' });
  expect(lines[0]).not.toMatch(/hunter2|k-123|:pw@/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    app: 'app',
    apiKey: '***',
    url: 'redis://u:***@h',
  });
});

test('stacks appear at level debug only', () => {
  const quiet = record(false);
  quiet.logger.error('failed', { cause: new Error('x') });
  expect(quiet.lines).toHaveLength(1);
  const loud = record(false, 'debug');
  loud.logger.error('failed', { cause: new Error('x') });
  expect(loud.lines.join('')).toContain('at ');
});
