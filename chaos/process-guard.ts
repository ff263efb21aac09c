/**
 * Ends the workers when the harness is gone, killed with -9 included: workers watch their own channel, but one that is
 * frozen by SIGSTOP cannot. Standard input is a pipe from the harness: `+pid` and `-pid`, one a line.
 */
import { createInterface } from 'node:readline';

const pids = new Set<number>();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) pids.add(pid);
  else pids.delete(pid);
});
lines.on('close', () => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  process.exit(0);
});
// Ctrl-C reaches the whole process group; the order of leaving is the harness's business.
process.on('SIGINT', () => {});
