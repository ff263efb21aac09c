/** Consume, transform, produce through the port: one processor in a process of its own. */
import { type Log, type Member, openLog } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import type { ProcessorRun } from '../processor-sides.ts';
import { transformed } from '../records.ts';

const takeOverDeadlineMs = 60_000;
const pollMs = 5;

let running: { readonly log: Log; readonly member: Member } | undefined;

serveSide({
  async start({ brokers, group, input, output, snapshots, partitions }: ProcessorRun) {
    const log = await openLog({ directory: '', brokers, notify: (text) => process.stderr.write(`  ours: ${text}\n`) });
    const member = await log.processor({
      group,
      input,
      snapshots,
      snapshotVersion: 1,
      task: () => ({
        apply({ key, value, timestamp, partition }, { emit }) {
          if (value !== null) emit({ topic: output, key, value: transformed(value), timestamp, partition });
        },
      }),
    });
    running = { log, member };
    const deadline = performance.now() + takeOverDeadlineMs;
    while (member.partitions().length < partitions) {
      if (performance.now() > deadline)
        throw new Error(`only ${member.partitions().length} partitions were taken over`);
      await Promise.race([member.failed, new Promise((resolve) => setTimeout(resolve, pollMs))]);
    }
  },
  async stop() {
    await running?.member.close();
    await running?.log.close();
    running = undefined;
  },
});
