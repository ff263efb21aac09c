/** A time as milliseconds since 1970, under a name of its own. */
export const ms = (expression: string, name: string): string =>
  `(extract(epoch FROM ${expression}) * 1000)::float8 AS "${name}"`;
