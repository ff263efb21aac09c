/** Runs a program of the repository as if it were this process: same terminal, each signal once, same exit. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const windows = process.platform === 'win32';
const passedOn = windows ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH'];
const parentCheckMs = 500;

/**
 * @param {string} runtime
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>} the exit code for this process
 */
export function runChild(runtime, args, cwd) {
  // A group of its own, because Ctrl-C reaches the whole group of the terminal: the child would get it from there and from
  // us, and a second Ctrl-C means 'at once'. On Windows a new group would be a new console window.
  // The IPC channel carries nothing: its end tells the child that we are gone, even after kill -9.
  const child = spawn(
    runtime,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('stop-with-parent.mjs', import.meta.url).href,
      ...args,
    ],
    {
      cwd,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: !windows,
      env: { ...process.env, SCREENER_LAUNCHER: String(process.pid) },
    },
  );
  let askedToStop = false;
  const pass = (signal) => {
    askedToStop ||= signal !== 'SIGWINCH';
    if (!windows) child.kill(signal);
  };
  const handlers = new Map(passedOn.map((signal) => [signal, () => pass(signal)]));
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const watch = watchParent(() => askedToStop || pass('SIGTERM'));
  return new Promise((resolve) => {
    const settle = (code) => {
      clearInterval(watch);
      for (const [signal, handler] of handlers) process.off(signal, handler);
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`cannot start ${runtime}: ${error.message}\n`);
      settle(1);
    });
    child.once('exit', (code, signal) => settle(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** npm's shell can end without telling us; then nobody would ever stop the child. Only under npm: others may leave us running. */
function watchParent(gone) {
  if (windows || process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    gone();
  }, parentCheckMs);
  watch.unref();
  return watch;
}
