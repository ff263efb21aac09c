/** Child processes of a test run: each in a group of its own, so that all of it can be ended however deep it forked. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface ChildResult {
  readonly code: number;
  /** What it printed, where it was asked to be quiet. */
  readonly output: string;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Keep the output instead of showing it. */
  readonly quiet: boolean;
  /** A run that takes longer hangs. */
  readonly limitMs: number;
}

export interface Children {
  run(file: string, args: readonly string[], options: ChildOptions): Promise<ChildResult>;
  stop(): Promise<void>;
}

const graceMs = 5_000;
const outputKept = 200_000;

export function createChildren(): Children {
  const running = new Map<ChildProcess, Promise<unknown>>();
  const end = async (child: ChildProcess, gone: Promise<unknown>): Promise<void> => {
    killGroup(child, 'SIGTERM');
    const insist = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs);
    await gone;
    clearTimeout(insist);
    // What the child left behind in its group when it went.
    killGroup(child, 'SIGKILL');
  };
  return {
    run(file, args, { cwd, env = process.env, quiet, limitMs }) {
      const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', ...outputs(quiet)] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (bytes: Buffer) => {
          output = (output + bytes.toString()).slice(-outputKept);
        });
      }
      const result = new Promise<ChildResult>((resolve) => {
        child.once('error', (error) => resolve({ code: 1, output: error.message }));
        child.once('close', (code) => resolve({ code: code ?? 1, output }));
      });
      running.set(child, result);
      const limit = setTimeout(() => {
        output += `\nended after ${limitMs / 1000} s, its limit`;
        if (!quiet) process.stdout.write(`${file} ended after ${limitMs / 1000} s, its limit\n`);
        void end(child, result);
      }, limitMs);
      return result.finally(() => {
        clearTimeout(limit);
        running.delete(child);
      });
    },
    async stop() {
      await Promise.all([...running].map(([child, gone]) => end(child, gone)));
    },
  };
}

const outputs = (quiet: boolean): ('pipe' | 'inherit')[] => (quiet ? ['pipe', 'pipe'] : ['inherit', 'inherit']);

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
