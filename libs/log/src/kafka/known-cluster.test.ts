import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KNOWN_CLUSTER_FILE, recogniseCluster } from './known-cluster.ts';

let directory = '';
let notices: string[] = [];
const notify = (text: string): void => void notices.push(text);
const brokers = ['kafka-1:9092', 'kafka-2:9092'];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'screener-known-'));
  notices = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('the first cluster is remembered, the same one is welcome, another is refused in one line', () => {
  const home = join(directory, 'live');
  recogniseCluster(home, { cluster: 'one', brokers }, notify);
  recogniseCluster(home, { cluster: 'one', brokers: ['elsewhere:9092'] }, notify);
  const refused = () => recogniseCluster(home, { cluster: 'two', brokers }, notify);
  expect(refused).toThrow(
    expect.objectContaining({
      code: 'CLUSTER_DIFFERS',
      retryable: false,
      facts: expect.objectContaining({ found: 'two' }),
    }),
  );
  expect(refused).toThrow(/^[^\n]*kafka-1:9092,kafka-2:9092[^\n]*two[^\n]*one[^\n]*$/);
  expect(JSON.parse(readFileSync(join(home, KNOWN_CLUSTER_FILE), 'utf8'))).toEqual({ cluster: 'one' });
  expect(notices).toEqual([]);
});

test('a file that says nothing is written anew, a directory that cannot be written costs a line and no start', () => {
  writeFileSync(join(directory, KNOWN_CLUSTER_FILE), 'half a li');
  recogniseCluster(directory, { cluster: 'one', brokers }, notify);
  expect(() => recogniseCluster(directory, { cluster: 'two', brokers }, notify)).toThrow();
  writeFileSync(join(directory, 'file'), '');
  recogniseCluster(join(directory, 'file', 'under'), { cluster: 'one', brokers }, notify);
  expect(notices).toHaveLength(1);
});
