import { ScreenerError } from '@screener/errors';
import type { Answer, ApiRequest } from './answer.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Parts that begin with a colon stand for anything, for example /candles/:symbol/:interval. */
  readonly path: string;
  readonly answer: (request: ApiRequest) => Answer | Promise<Answer>;
}

export interface Found {
  readonly route: Route;
  readonly parts: Readonly<Record<string, string>>;
}

export class Router {
  readonly #routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  /** undefined: no route has this path. Throws METHOD_REFUSED when one has it for another method. */
  find(method: string, path: string): Found | undefined {
    const methods: string[] = [];
    for (const route of this.#routes) {
      const parts = partsOf(route.path, path);
      if (!parts) continue;
      // Node leaves the body of an answer to HEAD away.
      if (route.method === (method === 'HEAD' ? 'GET' : method)) return { route, parts };
      methods.push(route.method);
    }
    if (methods.length === 0) return undefined;
    throw new ScreenerError('METHOD_REFUSED', { method, path: path.slice(0, 200), expected: methods.join(' or ') });
  }

  /** For people who ask for something that is not there. */
  get paths(): string {
    return [...new Set(this.#routes.map((route) => route.path.replaceAll(/:(\w+)/g, '{$1}')))].join(', ');
  }

  /** True below the first part of any route: there an unknown path is an error, not a view of the page. */
  owns(path: string): boolean {
    const first = path.split('/')[1] ?? '';
    return reserved.has(first) || this.#routes.some((route) => route.path.split('/')[1] === first);
  }
}

/** First parts of paths that belong to programs, those of later versions too. */
const reserved = new Set([
  'api',
  'graphql',
  'candles',
  'symbols',
  'health',
  'ready',
  'metrics',
  'ws',
  'streaming',
  'signals',
  'trades',
]);

function partsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (given.length === wanted.length + 1 && given.at(-1) === '') given.pop();
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, name] of wanted.entries()) {
    const part = given[index] ?? '';
    if (name.startsWith(':')) {
      const decoded = decode(part);
      if (!decoded) return undefined;
      parts[name.slice(1)] = decoded;
    } else if (name !== part) return undefined;
  }
  return parts;
}

export function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
