/** Preloaded into what run.mjs starts: when run.mjs is gone, however it ended, stop as if asked to. */
const launcher = Number(process.env.SCREENER_LAUNCHER);
// Programs started from here have another parent and are not meant.
delete process.env.SCREENER_LAUNCHER;

const lookAgainMs = 50;
/** The channel closes a moment before the system gives us a new parent. */
const looksMax = 40;

if (launcher === process.ppid && process.channel) {
  process.channel.unref();
  process.once('disconnect', () => {
    let looks = 0;
    const look = setInterval(() => {
      const gone = process.ppid !== launcher || !lives(launcher);
      looks += 1;
      // A program that closes the channel itself has its parent still.
      if (gone || looks === looksMax) clearInterval(look);
      if (gone) process.kill(process.pid, 'SIGTERM');
    }, lookAgainMs);
    look.unref();
  });
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
