import { createServer } from 'node:net';
import { ScreenerError } from '@screener/errors';

/** Fails in time, before anything is started, when somebody else listens there. */
export async function checkPortFree(host: string, port: number): Promise<void> {
  if (port !== 0) await listenOnce(host, port);
}

/** A port that nobody listens on now. */
export const freePort = (host = '127.0.0.1'): Promise<number> => listenOnce(host, 0);

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explained(cause, host, port)));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

function explained(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const hint = '--port or PORT';
  switch (cause.code) {
    case 'EADDRINUSE':
      return new ScreenerError('PORT_IN_USE', { port, hint }, { cause });
    case 'EACCES':
      return new ScreenerError('PORT_REFUSED', { port, hint }, { cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const facts = { setting: 'HOST', found: host, expected: 'an address of this machine', example: '0.0.0.0' };
      return new ScreenerError('SETTING_INVALID', facts, { cause });
    }
    default:
      return cause;
  }
}
