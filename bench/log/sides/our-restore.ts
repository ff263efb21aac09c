/** A processor whose tasks count candles, started again after it had processed all of them. */
import { decodeAs } from '@screener/events';
import { type Log, type Member, openLog } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { CandleCount } from '../candles.ts';
import type { RestorePlace } from '../restore.ts';

const deadlineMs = 120_000;
const pollMs = 5;

serveSide({
  /** Processes everything once, so that the group has committed the end. */
  async prime(place: RestorePlace) {
    const log = await open(place);
    const member = await start(log, place, () => {});
    const done = async (): Promise<boolean> =>
      (await log.lag(place.group, place.input)).every(({ committed, end }) => end === 0 || (committed ?? 0) >= end);
    await until(member, done);
    await member.close();
    await log.close();
  },
  async restore(place: RestorePlace) {
    const log = await open(place);
    const count = new CandleCount();
    const began = performance.now();
    const member = await start(log, place, (value) => count.add(decodeAs('KlineClosed', value)));
    await until(member, () => member.partitions().length === place.partitions);
    const elapsedMs = performance.now() - began;
    await member.close();
    await log.close();
    return { elapsedMs, output: count.toString() };
  },
});

const open = ({ directory, brokers }: RestorePlace): Promise<Log> =>
  openLog({
    directory,
    ...(brokers && { brokers }),
    notify: (text) => process.stderr.write(`  ours: ${text}\n`),
  });

const start = (log: Log, place: RestorePlace, apply: (value: Uint8Array) => void): Promise<Member> =>
  log.processor({
    group: place.group,
    input: place.input,
    snapshots: place.snapshots,
    snapshotVersion: 1,
    task: () => ({
      apply: ({ value }) => {
        if (value !== null) apply(value);
      },
    }),
  });

async function until(member: Member, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it took too long');
    await Promise.race([member.failed, new Promise((resolve) => setTimeout(resolve, pollMs))]);
  }
}
