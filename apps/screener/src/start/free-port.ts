import { createServer } from 'node:net';
import { portError } from '@screener/service';

/** Fails in time, before anything is started, when somebody else listens there. */
export async function checkPortFree(host: string, port: number): Promise<void> {
  if (port !== 0) await listenOnce(host, port);
}

/** A port that nobody listens on now. */
export const freePort = (host = '127.0.0.1'): Promise<number> => listenOnce(host, 0);

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(portError(cause, { host, port, hint: '--port or PORT' })),
    );
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
