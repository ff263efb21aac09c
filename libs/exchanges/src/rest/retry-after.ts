/** When the exchange wants to be left alone, from what it says in the header `retry-after`. */

/** Exchanges round down: a request in the last second of a ban prolongs it. */
const roundingMs = 1_000;

/** In ms from now; undefined where it says nothing that can be understood. Seconds, or a date by the exchange's clock. */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Math.max(1, Number(text)) * 1_000 + roundingMs;
  const ms = Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(ms) ? Math.max(1_000, ms) + roundingMs : undefined;
}
