/** What exchanges really sent. It is not part of the repository: without it the tests that use it are skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const data = new URL('../../../../../shared/data/', import.meta.url);
export const present = existsSync(data);
if (!present) process.stderr.write('SKIPPED: real exchange payloads are not beside this repository\n');

export interface Payload {
  readonly channel: string;
  readonly origin: string;
  readonly raw: string;
}

export const payloads = (name: string): readonly Payload[] =>
  readFileSync(new URL(`payloads/${name}.jsonl`, data), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The body of the recorded REST answer, as parsed JSON. */
export const answer = (name: string, channel: string): unknown => {
  const found = payloads(name).find((payload) => payload.channel === channel);
  if (found === undefined) throw new Error(`no ${channel} in ${name}`);
  return JSON.parse(found.raw);
};

export const capture = (name: string): readonly string[] =>
  gunzipSync(readFileSync(new URL(`captures/${name}.txt.gz`, data)))
    .toString()
    .trim()
    .split('\n');
