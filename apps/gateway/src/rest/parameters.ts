import { invalid } from '../gateway-data.ts';
import type { ApiRequest } from '../http/answer.ts';

/** A parameter of the query; an empty one counts as not given. */
export function textParameter({ query }: ApiRequest, name: string): string | undefined {
  const found = query.get(name)?.trim();
  return found === '' ? undefined : (found ?? undefined);
}

export function numberParameter(request: ApiRequest, name: string, bounds: NumberBounds): number {
  const found = textParameter(request, name);
  if (found === undefined) return bounds.default;
  const value = /^\d{1,9}$/.test(found) ? Number(found) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  throw invalid(name, found, `a whole number from ${bounds.least} to ${bounds.most}`, String(bounds.default));
}

export interface NumberBounds {
  readonly default: number;
  readonly least: number;
  readonly most: number;
}
