/** Where a registry is, and whether something that answers like one is there. */
import { reasonOf, ScreenerError } from '@screener/errors';

const ANSWER_TIMEOUT_MS = 10_000;
const SERVER_ERRORS = 500;
const TOO_MANY_REQUESTS = 429;

export class RegistryAddress {
  /** Without name and password. */
  readonly host: string;
  /** For people. */
  readonly shown: string;
  readonly auth: { readonly username: string; readonly password: string } | undefined;

  constructor(url: string) {
    const parsed = new URL(url);
    const { username, password } = parsed;
    this.auth =
      username === '' ? undefined : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
    parsed.username = '';
    parsed.password = '';
    this.host = parsed.href.replace(/\/+$/, '');
    this.shown = this.host;
  }

  /** Names of all subjects; throws where no registry answers, and tells whether waiting can help. */
  async subjects(): Promise<ReadonlySet<string>> {
    const { auth, shown: address } = this;
    const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
    const headers = { accept: 'application/json', ...(credentials && { authorization: `Basic ${credentials}` }) };
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.host}/subjects`, { headers, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      text = await response.text();
    } catch (cause) {
      throw new ScreenerError('REGISTRY_UNREACHABLE', { address, reason: deepestReason(cause) }, { cause });
    }
    const { status } = response;
    if (status >= SERVER_ERRORS || status === TOO_MANY_REQUESTS) {
      throw new ScreenerError('REGISTRY_UNREACHABLE', { address, reason: `it answered ${status}` });
    }
    const names = response.ok ? listIn(text) : undefined;
    if (names === undefined) {
      const reason = response.ok ? 'it answered something else than a list of subjects' : `it answered ${status}`;
      throw new ScreenerError('REGISTRY_REFUSED', { address, what: 'the list of subjects', reason });
    }
    return new Set(names);
  }

  withoutSecrets(text: string): string {
    return this.auth === undefined || this.auth.password === '' ? text : text.replaceAll(this.auth.password, '***');
  }
}

function listIn(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing: what it was caused by does. */
function deepestReason(cause: unknown): string {
  let deepest = cause;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  return reasonOf(deepest);
}
