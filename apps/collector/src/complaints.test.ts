import { createLogger } from '@screener/service';
import { expect, it } from 'vitest';
import { Complaints } from './complaints.ts';

it('many warnings of a minute are two lines, with a count and what to do', () => {
  const lines: string[] = [];
  let time = 1_000;
  const write = (line: string): void => void lines.push(line);
  const logger = createLogger({ level: 'warn', name: 't', json: true, write, now: () => 0 });
  const complaints = new Complaints(logger, () => time, 'binance:usdm');
  for (let number = 0; number < 500; number++) complaints.add('candles', `S${number}`, new Error('no answer'));
  complaints.add('bars', 'S1', new Error('no answer'));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('binance:usdm: candles of S0 cannot be fetched: no answer; they are asked for again');
  time += 60_000;
  complaints.look();
  complaints.look();
  expect(lines).toHaveLength(3);
  expect(lines[2]).toContain('candles of 499 instruments could not be fetched, 499 times: no answer');
  complaints.add('candles', 'S7', new Error('no answer'));
  expect(lines).toHaveLength(4);
});
