/** The other end of a side: runs in the measured process. */
import type { SideAnswer, SideRequest } from './side.ts';

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Answers requests one by one, as they come, until the benchmark closes the side or is gone. */
export function serveSide(handlers: Handlers): void {
  const send = (answer: SideAnswer): void => void process.send?.(answer);
  process.on('message', async (message) => {
    const { id, request, argument } = message as SideRequest;
    try {
      const handler = handlers[request];
      if (handler === undefined) throw new Error(`no request '${request}'`);
      send({ id, result: await handler(argument as never) });
    } catch (thrown) {
      send({ id, failure: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
    }
  });
  // Connections and timers would keep the process alive; what has to be closed is closed by a request before.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole process group; the benchmark ends its sides itself.
  process.on('SIGINT', () => {});
}
