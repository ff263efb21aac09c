/** Preloaded into what run.mjs starts: when run.mjs is gone, however it ended, stop as if asked to. */
if (process.env.SCREENER_LAUNCHER === String(process.ppid) && process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
// Programs started from here have another parent and are not meant.
delete process.env.SCREENER_LAUNCHER;
