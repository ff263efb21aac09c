import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScreenerError } from '@screener/errors';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** How a person chooses another port where this one cannot be had. */
  readonly hint: string;
}

export interface Listening {
  /** http://host:port as a browser of this machine can open it. */
  readonly address: string;
  readonly port: number;
}

/** Listens, or says what to change. */
export async function listen(server: Server, options: ListenOptions): Promise<Listening> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: options.host, port: options.port }, resolve);
  try {
    await promise;
  } catch (cause) {
    throw portError(cause as NodeJS.ErrnoException, options);
  } finally {
    server.off('error', reject);
  }
  const { port, address, family } = server.address() as AddressInfo;
  const anyAddress = address === '::' || address === '0.0.0.0';
  const host = anyAddress ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return { address: `http://${host}:${port}`, port };
}

/** What the system says about a port that cannot be had, as a line that says what to do. */
export function portError(cause: NodeJS.ErrnoException, { host, port, hint }: ListenOptions): Error {
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
