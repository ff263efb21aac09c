/** What did not become an answer: counted by reason, and worded in one line. */
import { reasonOf, ScreenerError } from '@screener/errors';

const sampleLength = 120;

export class RestRefusals {
  readonly #exchange: string;
  readonly #address: string;
  readonly #counts = new Map<string, number>();

  constructor(exchange: string, address: string) {
    this.#exchange = exchange;
    this.#address = address;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  unreachable(reason: string, cause?: unknown): ScreenerError {
    const facts = { exchange: this.#exchange, address: this.#address, reason };
    return new ScreenerError('EXCHANGE_UNREACHABLE', facts, { cause });
  }

  refused(request: string, status: number, body: string): ScreenerError {
    return new ScreenerError('EXCHANGE_REFUSED', { exchange: this.#exchange, request, status, reason: oneLine(body) });
  }

  unknownSymbol(symbol: string, body: string): ScreenerError {
    return new ScreenerError('EXCHANGE_SYMBOL_UNKNOWN', { exchange: this.#exchange, symbol, reason: oneLine(body) });
  }

  /** Counted as well. */
  invalid(reason: string, request: string, body: string, cause: unknown): ScreenerError {
    this.count(reason);
    const facts = { exchange: this.#exchange, request, found: oneLine(body) };
    return new ScreenerError('EXCHANGE_ANSWER_INVALID', facts, { cause });
  }
}

const oneLine = (text: string): string => text.slice(0, sampleLength).replaceAll(/\s+/g, ' ');

/** `fetch failed` says nothing: what it was caused by does. */
export function rootReason(cause: unknown): string {
  let deepest = cause;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  return reasonOf(deepest);
}
